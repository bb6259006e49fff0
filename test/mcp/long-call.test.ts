import { expect, onTestFinished, test, vi } from 'vitest'
import { modernMeta, startMcp } from '../support/mcp-client.ts'
import { toolUser } from './tool-user.ts'

vi.setConfig({ testTimeout: 120_000 })

test.each([
  ['2025-11-25', {}],
  ['2026-07-28', modernMeta],
])(
  'a call in revision %s that waits says how far it is, and one that is cancelled has no answer',
  async (version, meta) => {
    const question = { question: 'Round or square?', fallback: 'round', minutes: 10 }
    const project = toolUser({ 'T-1': [['loopwork_ask_person', question]] })
    const run = project.begin('start')
    await project.called('loopwork_ask_person')
    const server = project.journal().find((line) => line.server)?.server
    const client = startMcp(project.folder, server.args.slice(2))
    onTestFinished(() => {
      client.child.kill('SIGKILL')
    })
    if (version === '2025-11-25') await client.initialize(version)
    const ask = (progressToken: string) => ({
      _meta: { ...meta, progressToken },
      name: 'loopwork_ask_person',
      arguments: question,
    })
    const progress = client.heard('notifications/progress')
    const params = ask('first')
    client.send(JSON.stringify({ jsonrpc: '2.0', id: 'cancelled', method: 'tools/call', params }))
    expect(await progress).toMatchObject({
      params: {
        progressToken: 'first',
        progress: expect.any(Number),
        total: expect.any(Number),
        message: expect.stringContaining('waiting for an answer'),
      },
    })
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'cancelled' } }
    client.send(JSON.stringify(cancel))
    const second = client.heard('notifications/progress')
    const kept = client.ask('tools/call', ask('second'))
    expect(await second).toMatchObject({ params: { progressToken: 'second' } })

    expect(await project.loopwork('answer', 'T-1', 'square')).toMatchObject({ code: 0 })
    expect((await kept).result?.structuredContent).toEqual({ answer: 'square', isFallback: false })
    expect((await run.answer).code).toBe(0)
    expect(await client.close()).toBe(0)
    expect(client.lines.filter((line) => JSON.parse(line).id === 'cancelled')).toEqual([])
    const asked = (await project.facts('T-1')).filter(({ event }) => event.type === 'task.asked')
    expect(asked).toHaveLength(1)
  },
)
