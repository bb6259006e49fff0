import type { Delivery, PluginContext } from '../config/plugin-context.ts'
import { type Message, messageOf, type Notify, newsTypes } from './message.ts'

/** Sends one message for each happening that is to be told, each at least once and in order. */
export function notifier(
  { durable, describe }: PluginContext,
  notify: Notify,
  send: (message: Message, delivery: Delivery) => Promise<unknown>,
): void {
  durable(newsTypes, async (fact, delivery) => {
    const happening = await describe(fact)
    const message = happening && messageOf(happening, notify)
    if (message) await send(message, delivery)
  })
}

/** What an option says, or else a variable of the environment. */
export function setting(
  option: unknown,
  env: Readonly<Record<string, string>>,
  variable: string,
): string | undefined {
  if (typeof option === 'number') return String(option)
  return typeof option === 'string' && option !== '' ? option : env[variable]
}
