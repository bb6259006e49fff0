import * as z from 'zod/mini'
import type { IPCOptions } from './plugin-options.ts'
import { amount, flag, text } from './values.ts'
import { isWebAddress, webAddressRule } from './web-address.ts'
import { isWebhookSecret, webhookSecretRule } from './webhook-secret.ts'

const anObject = { error: 'an object' }
const aFunction = { error: 'a function' }

/** Texts may be empty here: `token: process.env.TOKEN ?? ''` leaves it to the variable, or to `doctor` to say so. */
const maybeEmpty = z.optional(z.string({ error: 'text' }))

const address = z.optional(
  z
    .string({ error: webAddressRule })
    .check(z.refine((given) => given === '' || isWebAddress(given), { error: webAddressRule })),
)

const secret = z
  .string({ error: webhookSecretRule })
  .check(z.refine((given) => given === '' || isWebhookSecret(given), { error: webhookSecretRule }))

const common = { enabled: z.optional(flag), apiUrl: address }

const news = {
  enabled: z.optional(flag),
  notifyOnStart: z.optional(flag),
  notifyOnComplete: z.optional(flag),
  notifyOnFail: z.optional(flag),
  notifyOnLoopEnd: z.optional(flag),
}

const chatRule = 'a chat: text or a number'

/** The options of the integrations, by their keys in the configuration. */
export const integrationShapes = {
  telegram: group({
    ...news,
    apiUrl: address,
    botToken: maybeEmpty,
    chatId: z.optional(z.union([z.string(), z.number()], { error: chatRule })),
    bot: z.optional(flag),
    disableNotification: z.optional(flag),
  }),
  discord: group({
    ...news,
    webhookUrl: address,
    username: z.optional(text),
    avatarUrl: address,
    mentionOnFail: maybeEmpty,
  }),
  slack: group({ ...news, webhookUrl: address }),
  webhook: group({
    enabled: z.optional(flag),
    url: address,
    secret: z.optional(
      z.union([secret, z.array(secret)], { error: `${webhookSecretRule}, or a list of such` }),
    ),
    events: z.optional(z.array(text, { error: 'a list of types of events' })),
  }),
  desktop: group(news),
  openTelemetry: group({
    enabled: z.optional(flag),
    endpoint: address,
    headers: z.optional(z.record(z.string(), z.string({ error: 'text' }), anObject)),
    serviceName: z.optional(text),
  }),
  asana: group({
    ...common,
    accessToken: maybeEmpty,
    workspaceId: maybeEmpty,
    projectId: maybeEmpty,
    syncStatus: z.optional(flag),
    syncComments: z.optional(flag),
  }),
  everhour: group({
    ...common,
    apiKey: maybeEmpty,
    projectId: maybeEmpty,
    autoStartTimer: z.optional(flag),
    autoStopTimer: z.optional(flag),
    dailyLimit: z.optional(amount('a number of hours from 0 to 24', 0, 24)),
  }),
  todoist: group({
    ...common,
    apiToken: maybeEmpty,
    projectId: maybeEmpty,
    syncStatus: z.optional(flag),
    addComments: z.optional(flag),
  }),
  claudeCode: group({ enabled: z.optional(flag), skillsDir: maybeEmpty, claudeMdPath: maybeEmpty }),
  ipc: group({
    enabled: z.optional(flag),
    filter: z.optional(z.custom<NonNullable<IPCOptions['filter']>>(isFunction, aFunction)),
    writeFn: z.optional(z.custom<NonNullable<IPCOptions['writeFn']>>(isFunction, aFunction)),
  }),
}

function group<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.optional(z.looseObject(shape, anObject))
}

function isFunction(given: unknown): boolean {
  return typeof given === 'function'
}
