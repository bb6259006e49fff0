import { expect, onTestFinished, test } from 'vitest'
import { type McpClient, startMcp } from '../support/mcp-client.ts'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

/** A client of a project in which one task has been worked on. */
async function atWork(): Promise<McpClient> {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(`process.stdin.resume(); console.log('I have looked')`)),
    'tasks.json': backlogOf(
      { id: 'AUTH-001', title: 'Log in', feature: 'auth', description: 'With a name.' },
      { id: 'BILL-001', title: 'Pay', feature: 'billing', status: 'failed' },
    ),
  })
  expect((await project.loopwork('start')).code).toBe(9) // one has failed before
  const client = startMcp(project.folder)
  onTestFinished(() => {
    client.child.kill('SIGKILL')
  })
  await client.initialize()
  return client
}

test('each prompt is listed, given with its arguments, and refused without the one that it needs', async () => {
  const client = await atWork()
  const { result: listed } = await client.ask('prompts/list')
  expect(
    listed?.prompts.map(({ name, arguments: wanted }: Record<string, { name: string }[]>) => [
      name,
      wanted?.map((one) => one.name),
    ]),
  ).toEqual([
    ['triage', ['feature']],
    ['plan', ['goal', 'feature']],
    ['standup', []],
  ])
  const said = async (name: string, given: object = {}): Promise<string> => {
    const { result } = await client.ask('prompts/get', { name, arguments: given })
    expect(result?.messages).toMatchObject([{ role: 'user', content: { type: 'text' } }])
    return result?.messages[0].content.text
  }
  expect(await said('triage')).toMatch(/^Go through the tasks that do not go on\./)
  expect(await said('triage', { feature: 'billing' })).toContain('of the feature billing')
  const plan = await said('plan', { goal: ' a till ', feature: 'billing' })
  expect(plan).toMatch(/^Plan this into tasks: a till\n/)
  expect(plan).toContain('belong to the feature billing')
  const { result: offered } = await client.ask('tools/list')
  const tools = new Set(offered?.tools.map(({ name }: { name: string }) => name))
  const named = [await said('triage'), plan, await said('standup')].flatMap(
    (text) => text.match(/loopwork_\w+/g) ?? [],
  )
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((name) => !tools.has(name))).toEqual([])

  const wrong = async (params: object) => (await client.ask('prompts/get', params)).error
  expect(await wrong({ name: 'plan', arguments: { goal: ' ' } })).toMatchObject({
    code: -32602,
    message: expect.stringContaining('needs a goal'),
  })
  expect(await wrong({ name: 'nothing' })).toMatchObject({ code: -32602 })
})

test('what begins like this is offered for the arguments of prompts and templates', async () => {
  const client = await atWork()
  const complete = async (ref: object, name: string, value: string) => {
    const { result, error } = await client.ask('completion/complete', { ref, argument: { name, value } })
    return result?.completion.values ?? error?.code
  }
  const prompt = (name: string) => ({ type: 'ref/prompt', name })
  expect(await complete(prompt('triage'), 'feature', '')).toEqual(['auth', 'billing'])
  expect(await complete(prompt('plan'), 'feature', 'b')).toEqual(['billing'])
  expect(await complete(prompt('plan'), 'goal', 'b')).toEqual([])
  expect(await complete(prompt('nothing'), 'feature', '')).toBe(-32602)
  const template = (path: string) => ({ type: 'ref/resource', uri: `loopwork://${path}` })
  expect(await complete(template('namespaces/{ns}'), 'ns', 'DE')).toEqual(['default'])
  expect(await complete(template('tasks/{id}/log'), 'id', 'bill')).toEqual(['BILL-001'])
  expect(await complete(template('tasks/{id}/log'), 'ns', '')).toEqual([])
})

test('every resource that is listed, and one of every template, can be read', async () => {
  const client = await atWork()
  const text = async (uri: string): Promise<string> => {
    const { result } = await client.ask('resources/read', { uri })
    expect(result?.contents).toMatchObject([{ uri }])
    return result?.contents[0].text
  }
  const { result: listed } = await client.ask('resources/list')
  expect(listed?.resources.map(({ uri }: { uri: string }) => uri)).toEqual([
    'loopwork://tasks',
    'loopwork://namespaces/default',
  ])
  expect(JSON.parse(await text('loopwork://tasks'))).toMatchObject({
    count: 2,
    tasks: [
      { id: 'AUTH-001', status: 'completed' },
      { id: 'BILL-001', status: 'failed' },
    ],
  })
  expect(JSON.parse(await text('loopwork://namespaces/default'))).toMatchObject({ state: 'stopped' })
  expect(JSON.parse(await text('loopwork://tasks/AUTH-001'))).toMatchObject({ description: 'With a name.' })
  expect(await text('loopwork://tasks/AUTH-001/story')).toMatch(/attempt 1 with command/)
  expect(await text('loopwork://tasks/AUTH-001/log')).toBe('I have looked\n')
  for (const uri of [
    'loopwork://tasks/BILL-001/log',
    'loopwork://namespaces/none',
    'loopwork://%',
    'file:///x',
  ])
    expect((await client.ask('resources/read', { uri })).error?.code, uri).toBe(-32002)
})

test('a cursor after which there is nothing any more is refused in every list', async () => {
  const client = await atWork()
  const cursor = Buffer.from('gone').toString('base64url')
  for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])
    expect((await client.ask(method, { cursor })).error?.code, method).toBe(-32602)
  expect(await client.call('loopwork_list_tasks', { cursor })).toMatchObject({ code: 'invalid' })
})
