export { type BacklogHarness, backlogContract, type ContractCase } from './testing/backlog-contract.ts'
