import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { ProcessIdentity } from '../events/shapes.ts'
import type { Projection, Rows } from './projection.ts'

/** A process that the log says was started and has not said was ended. Whether it lives is another question. */
export type ProcessRow = {
  readonly kind: 'loop' | 'supervisor' | 'agent'
  readonly identity: ProcessIdentity
  readonly namespace: string
  readonly task: string | null
  readonly agent: string | null
  readonly since: string
}

const agentKey = (stream: string): string => `agent/${stream}`
const supervisorKey = (stream: string): string => `supervisor/${stream}`
const claimKey = (stream: string): string => `claim/${stream}`

type Claim = { readonly namespace: string; readonly agent: string }

/** The processes that loopwork started: loops, supervisors and agents. Their rows begin with `loop/`, … */
export const processList: Projection = {
  name: 'processes',
  version: 1,
  on: {
    'loop.started': (rows, { holder }, fact) => {
      rows.set(fact.stream, {
        kind: 'loop',
        identity: holder,
        namespace: fact.stream.slice('loop/'.length),
        task: null,
        agent: null,
        since: fact.at,
      } satisfies ProcessRow)
    },
    'loop.stopped': (rows, _, fact) => rows.set(fact.stream, undefined),
    'task.claimed': (rows, { namespace, agent }, fact) => {
      rows.set(claimKey(fact.stream), { namespace, agent } satisfies Claim)
    },
    'task.started': (rows, { supervisor, process }, fact) => {
      if (supervisor) put(rows, supervisorKey(fact.stream), 'supervisor', supervisor, fact)
      if (process) put(rows, agentKey(fact.stream), 'agent', process, fact)
    },
    'task.attemptSucceeded': gone,
    'task.attemptFailed': gone,
    'task.attemptAbandoned': gone,
  },
}

function put(
  rows: Rows,
  key: string,
  kind: 'supervisor' | 'agent',
  identity: ProcessIdentity,
  fact: Fact,
): void {
  const claim = rows.get(claimKey(fact.stream)) as Claim | undefined
  if (!claim) return
  rows.set(key, {
    kind,
    identity,
    namespace: claim.namespace,
    task: taskOf(fact.stream).id,
    agent: claim.agent,
    since: fact.at,
  } satisfies ProcessRow)
}

function gone(rows: Rows, _: unknown, { stream }: Fact): void {
  for (const key of [agentKey(stream), supervisorKey(stream), claimKey(stream)]) rows.set(key, undefined)
}
