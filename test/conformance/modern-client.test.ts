import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { judge } from './judge.ts'

test('the official client of revision 2026-07-28 is served without a handshake', async () => {
  const folder = await judge('@modelcontextprotocol/client', '2.4.0')
  const { Client } = await import(pathToFileURL(join(folder, 'dist/index.mjs')).href)
  const { StdioClientTransport } = await import(pathToFileURL(join(folder, 'dist/stdio.mjs')).href)
  const project = makeProject({
    'loopwork.config.json': configOf(['true']),
    'tasks.json': backlogOf({ id: 'A-1', title: 'One' }),
  })
  const client = new Client({ name: 'a-test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [resolve('dist/cli/main.js'), 'mcp'],
    cwd: project.folder,
  })
  await client.connect(transport)
  onTestFinished(() => client.close())
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  const { tools } = await client.listTools()
  expect(tools.length).toBeGreaterThanOrEqual(21)
  const answer = await client.callTool({ name: 'loopwork_list_tasks', arguments: {} })
  expect(answer.structuredContent).toMatchObject({ count: 1, tasks: [{ id: 'A-1' }] })
  const { contents } = await client.readResource({ uri: 'loopwork://tasks/A-1' })
  expect(JSON.parse(contents[0].text)).toMatchObject({ id: 'A-1', status: 'pending' })
})
