export { type BacklogHarness, backlogContract, type ContractCase } from './testing/backlog-contract.ts'
export { type PluginStage, stagePlugin } from './testing/plugins.ts'
