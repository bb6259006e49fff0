import * as z from 'zod'
import { type Steering, steerLoop } from '../../daemon/steer-loop.ts'
import { LoopworkError } from '../../errors.ts'
import { loopStatus, loopStatuses } from '../loop-status.ts'
import type { Office } from '../office.ts'
import { adds, reads, sets, type Tool, tool } from '../tool.ts'

const namespace = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots, dashes and underscores')
  .optional()
  .describe('The namespace of the loop; that of the project if not given')

const loop = z.object({
  namespace: z.string(),
  state: z
    .string()
    .describe(
      'running, idle, paused, draining, interrupting, stopped; crashed: its process died; silent: it does not answer',
    ),
  reason: z.string(),
  since: z.string(),
  until: z.string().nullable(),
  pid: z.number().nullable(),
  session: z.string(),
  backlog: z.string(),
  iterations: z.number(),
  parallel: z.number().describe('How many tasks it works on at once'),
  isPaused: z
    .boolean()
    .describe('Whether it begins nothing before loopwork_continue; also said of a loop that does not run'),
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
        'Lets a loop begin nothing new until loopwork_continue; what runs goes on. Use it before you edit the backlog or the code by hand. A loop that does not run now will start paused.',
      command: 'pause',
    }),
    steer(office, {
      name: 'loopwork_continue',
      title: 'Let a loop go on',
      description: 'Takes a pause back, so that new tasks are begun again.',
      command: 'continue',
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
    readonly command: Steering['type']
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
      await steerLoop(app, name, { type: command, reason: `asked for by ${client}` }, 'mcp')
      return steeredTo(name, (await loopStatus(app, name)).state)
    },
  })
}

function stop(office: Office): Tool {
  return steer(office, {
    name: 'loopwork_stop',
    title: 'Stop a loop',
    description:
      'Lets what runs in a namespace end, then stops its loop. Works only where the server was started with --allow-control.',
    command: 'drain',
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
