import { expect, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { pluginRows } from '../../src/cli/web/plugin-rows.ts'
import { taskStream } from '../../src/events/event.ts'
import { park, parkedRow } from '../../src/plugins/parked.ts'
import { checkpointKey, type PluginReport, reportKey } from '../../src/plugins/reports.ts'
import { context } from '../support/examples.ts'
import { claimed, queued } from '../support/task-facts.ts'
import { tempFolder } from '../support/temp.ts'

const report = (plugin: string): PluginReport => ({
  plugin,
  namespace: 'default',
  state: 'failing',
  problem: 'the chat is down',
  since: '2026-01-01T00:00:00Z',
  errors: 2,
  refused: 1,
  throttled: 0,
  deaths: 0,
})

test('plugins are shown with what they have still to hear and what could not be delivered', async () => {
  const folder = tempFolder()
  const app = await openApp({ projectRoot: folder, stateDir: `${folder}/.loopwork-state` })
  onTestFinished(() => app.close())
  const stream = taskStream('tasks.json', 'A-1')
  const [first] = await app.log.append(
    [{ stream, expectedVersion: 0, events: [queued, claimed(1)] }],
    context,
  )
  if (!first) throw new Error('nothing was written')
  await app.plugins.put('default/chat', [
    [reportKey, report('chat')],
    [checkpointKey, 1],
    parkedRow(park(first, 'refused', 3)),
  ])
  await app.plugins.put('default/bell', [[reportKey, report('bell')]])
  const rows = await pluginRows(app)
  expect(rows).toMatchObject([
    { plugin: 'bell', lag: null, parked: [] },
    {
      plugin: 'chat',
      lag: 1,
      errors: 2,
      refused: 1,
      problem: 'the chat is down',
      parked: [{ position: 1, type: 'task.queued', subject: 'A-1', problem: 'refused', tries: 3 }],
    },
  ])
})
