import * as z from 'zod'
import { LoopworkError } from '../../errors.ts'
import { loopStream } from '../../events/event.ts'
import type { LoopCommand } from '../../machines/loop/commands.ts'
import { type LoopStatus, loopStatus, loopStatuses } from '../loop-status.ts'
import type { Office } from '../office.ts'
import { adds, reads, sets, type Tool, tool } from '../tool.ts'

const namespace = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots, dashes and underscores')
  .optional()
  .describe('The namespace of the loop; that of the project if not given')

const loop = z.object({
  namespace: z.string(),
  state: z.string().describe('running, idle, paused, draining, stopped or crashed'),
  reason: z.string(),
  since: z.string(),
  until: z.string().nullable(),
  pid: z.number().nullable(),
  session: z.string(),
  backlog: z.string(),
  iterations: z.number(),
})

const steered = z.object({
  success: z.literal(true),
  error: z.null(),
  namespace: z.string(),
  state: z.string(),
})

/** Tools for whoever runs the loops. */
export function steering(office: Office): readonly Tool[] {
  return [
    namespaces(office),
    steer(office, {
      name: 'loopwork_pause',
      title: 'Pause a loop',
      description:
        'Lets a loop begin nothing new until loopwork_continue; what runs goes on. Use it before you edit the backlog or the code by hand.',
      command: { type: 'pause', reason: 'asked for' },
      isDone: ({ state }) => state === 'paused',
      becomes: 'paused',
    }),
    steer(office, {
      name: 'loopwork_continue',
      title: 'Let a loop go on',
      description: 'Lets a paused loop begin new tasks again.',
      command: { type: 'continue', reason: 'asked for' },
      isDone: ({ state }) => state === 'running' || state === 'idle',
      becomes: 'running',
    }),
    stop(office),
    start(office),
  ]
}

function namespaces(office: Office): Tool {
  return tool({
    name: 'loopwork_namespaces',
    title: 'List loops',
    description:
      'Lists the namespaces and what the loop of each is doing. Use it to see whether anything works on the tasks at all.',
    annotations: reads,
    input: z.strictObject({}),
    output: z.object({ count: z.number(), namespaces: z.array(loop) }),
    run: async () => {
      const { app } = await office.place()
      const found = await loopStatuses(app)
      return { count: found.length, namespaces: found }
    },
  })
}

function steer(
  office: Office,
  is: {
    readonly name: string
    readonly title: string
    readonly description: string
    readonly command: Extract<LoopCommand, { type: 'pause' | 'continue' | 'drain' }>
    readonly isDone: (status: LoopStatus) => boolean
    readonly becomes: string
    readonly isControl?: true
  },
): Tool {
  const { name, title, description, command } = is
  return tool({
    name,
    title,
    description,
    annotations: sets,
    input: z.strictObject({ namespace }),
    output: steered,
    run: async (wanted, { client }) => {
      if (is.isControl) assertAllowed(office, is.name)
      const { app, settings } = await office.place()
      const name = wanted.namespace ?? settings.namespace
      const status = await loopStatus(app, name)
      if (status.pid === null) throw nothingRuns(name)
      if (is.isDone(status)) return steeredTo(name, status.state)
      const dispatch = await app.dispatch({ by: 'mcp' })
      await dispatch([
        { stream: loopStream(name), command: { ...command, reason: `${command.reason} by ${client}` } },
      ])
      return steeredTo(name, is.becomes)
    },
  })
}

function stop(office: Office): Tool {
  return steer(office, {
    name: 'loopwork_stop',
    title: 'Stop a loop',
    description:
      'Lets what runs in a namespace end, then stops its loop. Works only where the server was started with --allow-control.',
    command: { type: 'drain', reason: 'asked for' },
    isDone: ({ state }) => state === 'draining',
    becomes: 'draining',
    isControl: true,
  })
}

function start(office: Office): Tool {
  const name = 'loopwork_start'
  return tool({
    name,
    title: 'Start a loop',
    description:
      'Starts a loop that works off the backlog in the background. Works only where the server was started with --allow-control; costs money as agents work.',
    annotations: { ...adds, openWorldHint: true },
    input: z.strictObject({ namespace }),
    output: steered,
    run: async (wanted) => {
      const launch = assertAllowed(office, name)
      const { app, settings } = await office.place()
      const target = wanted.namespace ?? settings.namespace
      const status = (await loopStatuses(app)).find((one) => one.namespace === target)
      if (status && status.pid !== null) {
        return steeredTo(target, status.state)
      }
      await launch(['start', '-d', '--yes', '--namespace', target])
      return steeredTo(target, (await loopStatus(app, target)).state) // one that was paused still is
    },
  })
}

function steeredTo(namespace: string, state: string): z.infer<typeof steered> {
  return { success: true, error: null, namespace, state }
}

/** Refuses where this server was not allowed to start and stop loops. */
function assertAllowed(office: Office, name: string): NonNullable<Office['launch']> {
  if (office.launch) return office.launch
  throw new LoopworkError('rejected', `${name} is not allowed here`, {
    hint: 'A person can allow it: `loopwork mcp --allow-control`, or LOOPWORK_MCP_ALLOW_CONTROL=1.',
  })
}

function nothingRuns(name: string): LoopworkError {
  return new LoopworkError('not_found', `no loop runs in the namespace ${name}`, {
    hint: 'Call loopwork_namespaces to see what runs.',
  })
}
