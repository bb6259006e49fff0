import type { SnapshotFrom } from 'xstate'
import type { LoopEvent } from '../../events/loop.ts'
import type { LoopCommand } from './commands.ts'
import type { loopMachine } from './machine.ts'

export type Loop = SnapshotFrom<typeof loopMachine>

/** The events that follow from a command. Whether they fit is the chart's to say. */
export function decideLoop(loop: Loop, command: LoopCommand): LoopEvent[] {
  const { context } = loop
  switch (command.type) {
    case 'take': {
      const { type: _, ...data } = command
      return [
        ...crashed(loop),
        { type: 'loop.started', data: { ...data, args: [...data.args], epoch: context.epoch + 1 } },
      ]
    }
    case 'idle': {
      const { type: _, ...data } = command
      return [{ type: 'loop.idled', data }]
    }
    case 'wake':
      return [{ type: 'loop.woke', data: { reason: command.reason } }]
    case 'bar': {
      const { type: _, ...data } = command
      return [{ type: 'loop.agentBarred', data }]
    }
    case 'alert': {
      const { type: _, ...data } = command
      const { alerted } = context
      const isKnown = alerted?.day === data.day && alerted.threshold >= data.threshold
      return unless(isKnown, { type: 'loop.budgetAlerted', data })
    }
    case 'hold': {
      const { reason, until } = command
      const isKnown = context.hold?.reason === reason && context.hold.until === until
      return unless(isKnown, { type: 'loop.held', data: { reason, until } })
    }
    case 'refuseBacklog': {
      const { type: _, ...data } = command
      const { refusal } = context
      const isKnown = refusal?.problem === data.problem && refusal.nextTry === data.nextTry
      return unless(isKnown, { type: 'loop.backlogRefused', data })
    }
    case 'acceptBacklog':
      return unless(context.refusal === null, { type: 'loop.backlogAccepted', data: {} })
    case 'noteRollback':
      return [{ type: 'loop.backlogRolledBack', data: { tasks: command.tasks } }]
    case 'pause':
      return unless(context.paused, { type: 'loop.paused', data: { reason: command.reason } })
    case 'continue':
      return unless(!context.paused, { type: 'loop.continued', data: { reason: command.reason } })
    case 'drain':
      return unless(loop.value === 'draining' || loop.value === 'interrupting', {
        type: 'loop.drainRequested',
        data: { reason: command.reason },
      })
    case 'interrupt':
      return unless(loop.value === 'interrupting', {
        type: 'loop.interruptRequested',
        data: { reason: command.reason },
      })
    case 'abort':
      return [{ type: 'loop.abortRequested', data: { reason: command.reason } }]
    case 'stop':
      return [stopped(loop, command)]
    case 'close':
      return isHeldSince(loop, command.epoch) ? [stopped(loop, command)] : []
  }
}

/** What is so already is not written again. */
function unless(isSo: boolean, event: LoopEvent): LoopEvent[] {
  return isSo ? [] : [event]
}

function isHeldSince({ context, value }: Loop, epoch: number): boolean {
  return value !== 'stopped' && context.epoch === epoch
}

function stopped(
  { context }: Loop,
  { reason, detail }: Extract<LoopCommand, { type: 'stop' | 'close' }>,
): LoopEvent {
  return { type: 'loop.stopped', data: { session: context.session ?? '', reason, detail } }
}

/** The end that the holder before did not live to write. */
function crashed({ context, value }: Loop): LoopEvent[] {
  if (value === 'stopped' || context.session === null) return []
  return [
    {
      type: 'loop.stopped',
      data: {
        session: context.session,
        reason: 'crashed',
        detail: `process ${context.holder?.pid ?? '?'} ended without a word`,
      },
    },
  ]
}
