import { setTimeout as pause } from 'node:timers/promises'
import type { PluginContext, PluginRequest, PluginTask } from '../config/plugin-context.ts'
import { asFailure, isFailure } from '../errors.ts'
import { contained, cut } from './cut.ts'
import { escaped, sendable, type Telegram } from './telegram-api.ts'

type Update = {
  readonly update_id: number
  readonly message?: { readonly chat: { readonly id: number }; readonly text?: string }
}

const commands = {
  tasks: 'What is to be done',
  task: 'One task: /task ID',
  why: 'Why a task is not being worked on: /why ID',
  complete: 'Mark a task as done: /complete ID',
  fail: 'Mark a task as failed: /fail ID reason',
  reset: 'Put a task back to the start: /reset ID',
  status: 'How far the loop is',
  pause: 'Begin nothing new',
  continue: 'Go on after /pause',
  help: 'What can be asked',
} as const

const aliases: Readonly<Record<string, string>> = { list: 'tasks', done: 'complete', start: 'help' }
const waitSeconds = 30
const restMs = 5_000
const mostListed = 10
const asked = 'asked for on Telegram'

/** Answers commands, from the configured chats alone, until the plugin ends. */
export async function runBot(
  context: PluginContext,
  call: Telegram,
  chats: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const menu = Object.entries(commands).map(([command, description]) => ({ command, description }))
  let isKnown = false
  let trouble = ''
  while (!signal.aborted) {
    try {
      if (!isKnown) await call('setMyCommands', { commands: menu }, { signal })
      isKnown = true
      await answerNext(context, call, chats, signal)
      trouble = ''
    } catch (thrown) {
      if (signal.aborted) return
      if (isFailure(thrown, 'rejected')) return context.unconfigured(problemIn(thrown))
      if (trouble === '') context.log.warn(`${problemIn(thrown)}; commands are looked for again`)
      trouble = problemIn(thrown)
      await pause(restMs, undefined, { signal }).catch(() => undefined) // the loop looks
    }
  }
}

function problemIn(thrown: unknown): string {
  const { message, hint } = asFailure(thrown)
  return hint ? `${message}. ${hint}` : message
}

async function answerNext(
  context: PluginContext,
  call: Telegram,
  chats: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const offset = ((await context.store.get('offset')) as number | undefined) ?? 0
  const request = { offset, timeout: waitSeconds, allowed_updates: ['message'] }
  const updates = await call('getUpdates', request, { signal, timeoutMs: (waitSeconds + 15) * 1000 })
  for (const { update_id, message } of updates as readonly Update[]) {
    const chat = String(message?.chat.id)
    if (message?.text?.startsWith('/') && chats.includes(chat)) {
      const text = await answer(context, message.text)
      await call('sendMessage', sendable(chat, escaped(cut(text, 4096))), { signal })
    }
    await context.store.set('offset', update_id + 1)
  }
}

async function answer(context: PluginContext, text: string): Promise<string> {
  const [first = '', id = '', ...rest] = text.trim().split(/\s+/)
  const word = first.slice(1).split('@')[0]?.toLowerCase() ?? ''
  const command = aliases[word] ?? word
  const reason = rest.join(' ') || asked
  switch (command) {
    case 'tasks':
      return listed(await context.tasks())
    case 'status':
      return counted(context.namespace, await context.tasks())
    case 'task':
    case 'why':
      return shown(
        (await context.tasks()).find((task) => task.id === id),
        id,
        command === 'why',
      )
    case 'complete':
    case 'fail':
    case 'reset':
      return id
        ? granted(context, { type: command, task: id, reason }, `${id}: ${command} is done`)
        : `/${command} ID`
    case 'pause':
      return granted(context, { type: 'pause', reason: asked }, 'Nothing new is begun until /continue')
    case 'continue':
      return granted(context, { type: 'continue', reason: asked }, 'It goes on')
    default: {
      const help = Object.entries(commands).map(([name, what]) => `/${name} - ${what}`)
      return command === 'help' ? help.join('\n') : `There is no /${word}.\n\n${help.join('\n')}`
    }
  }
}

async function granted({ ask }: PluginContext, request: PluginRequest, done: string): Promise<string> {
  const reply = await ask(request)
  return reply.accepted ? done : `Refused: ${reply.problem}`
}

const closed = new Set(['completed', 'cancelled', 'skipped', 'removed', 'failed'])

function listed(tasks: readonly PluginTask[]): string {
  const open = tasks.filter(({ state }) => !closed.has(state))
  if (open.length === 0) return 'Nothing is left to be done.'
  const lines = open
    .slice(0, mostListed)
    .map(({ id, title, state }) => contained(`${id} (${state}) ${title}`))
  return [...lines, ...(open.length > mostListed ? [`… and ${open.length - mostListed} more`] : [])].join(
    '\n',
  )
}

function counted(namespace: string, tasks: readonly PluginTask[]): string {
  const counts = new Map<string, number>()
  for (const { state } of tasks) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [namespace, ...[...counts].map(([state, count]) => `${count} ${state}`)].join('\n')
}

function shown(task: PluginTask | undefined, id: string, isWhy: boolean): string {
  if (!task) return id ? `There is no task ${id}.` : 'Which? /task ID'
  const { title, state, priority, attempts, reason, notBefore, waitsFor } = task
  const why = [
    `${task.id} is ${state}`,
    ...(waitsFor.length > 0 ? [`It waits for ${waitsFor.join(', ')}.`] : []),
    ...(notBefore ? [`Not before ${notBefore}.`] : []),
    ...(reason ? [reason] : []),
  ]
  const all = isWhy ? why : [title, `Priority: ${priority}`, `Attempts: ${attempts}`, ...why]
  return contained(all.join('\n'))
}
