import type { Delivery, PluginContext } from '../config/plugin-context.ts'
import { isWebAddress, webAddressRule } from '../config/web-address.ts'
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
  return typeof option === 'string' && option !== '' ? option : env[variable] || undefined
}

/** The address that an option or else a variable names; where there is none that can be used, the plugin says so. */
export function addressIn(
  { env, unconfigured }: PluginContext,
  [name, option]: readonly [name: string, option: unknown],
  variable: string,
): string | null {
  const address = setting(option, env, variable)
  if (address !== undefined && isWebAddress(address)) return address
  unconfigured(
    address === undefined
      ? `no address: set ${name} or ${variable}`
      : `${variable} must be ${webAddressRule}`,
  )
  return null
}
