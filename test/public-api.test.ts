import { expect, expectTypeOf, test } from 'vitest'
import * as backends from '../src/backends.ts'
import type {
  ConfigWrapper,
  DomainEvent,
  Fact,
  LoopStats,
  LoopworkConfig,
  LoopworkPlugin,
  PluginTaskResult,
  Task,
  TaskContext,
  TaskMetadata,
} from '../src/index.ts'
import * as library from '../src/index.ts'

test('the library offers what it promises, and nothing else', () => {
  expect(Object.keys(library).sort()).toEqual([
    'LoopworkError',
    'ModelPresets',
    'RetryPresets',
    'compose',
    'createModel',
    'defineConfig',
    'defineConfigAsync',
    'ofType',
    'withAIMonitor',
    'withAsana',
    'withBackend',
    'withClaudeCode',
    'withCli',
    'withCliPaths',
    'withCostTracking',
    'withDashboard',
    'withDesktopNotifications',
    'withDiscord',
    'withDynamicTasks',
    'withEverhour',
    'withGitHubBackend',
    'withIPC',
    'withJSONBackend',
    'withMarkdownBackend',
    'withModels',
    'withOpenTelemetry',
    'withPlugin',
    'withRetry',
    'withSelectionStrategy',
    'withSlack',
    'withTelegram',
    'withTodoist',
    'withVerify',
    'withWebhook',
  ])
})

test('the backends are offered a second time by themselves', () => {
  expect(Object.keys(backends).sort()).toEqual([
    'withBackend',
    'withGitHubBackend',
    'withJSONBackend',
    'withMarkdownBackend',
  ])
  expect(backends.withJSONBackend).toBe(library.withJSONBackend)
})

test('a plugin is written with the promised types', () => {
  const heard: string[] = []
  const plugin: LoopworkPlugin = {
    name: 'mine',
    onConfigLoad: (config) => ({ ...config, customField: 'value' }),
    onBackendReady: async (backend) => void (await backend.listPendingTasks()),
    onTaskStart: ({ task, iteration, namespace, startTime }) => {
      const { asanaGid } = task.metadata ?? {}
      heard.push(`${namespace} ${iteration} ${task.id} ${asanaGid} ${startTime.getTime()}`)
    },
    onTaskComplete: (_, { duration, success, output }) => void heard.push(`${duration} ${success} ${output}`),
    onTaskFailed: (_, error) => void heard.push(error),
    onLoopEnd: ({ completed, failed, duration }) => void heard.push(`${completed} ${failed} ${duration}`),
  }
  const task: Task = {
    id: 'T-1',
    title: 'a',
    description: '',
    status: 'pending',
    priority: 'high',
    metadata: { asanaGid: 'g' },
  }
  void plugin.onTaskStart?.({ task, iteration: 1, startTime: new Date(0), namespace: 'default' })
  void plugin.onLoopEnd?.({ completed: 1, failed: 2, duration: 3 })
  expect(heard).toEqual(['default 1 T-1 g 0', '1 2 3'])
})

test('the promised types are there', () => {
  expectTypeOf<ConfigWrapper>().returns.toEqualTypeOf<LoopworkConfig>()
  expectTypeOf<TaskContext['task']>().toEqualTypeOf<Task>()
  expectTypeOf<PluginTaskResult['duration']>().toBeNumber()
  expectTypeOf<LoopStats['failed']>().toBeNumber()
  expectTypeOf<TaskMetadata['everhourId']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Fact['event']>().toEqualTypeOf<DomainEvent>()
})
