import { expect, onTestFinished, test } from 'vitest'
import { type McpClient, modernMeta, startMcp } from '../support/mcp-client.ts'
import { backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const tasks = backlogOf(
  { id: 'AUTH-001', title: 'Log in ✓ Ümläut', priority: 'high', feature: 'auth' },
  { id: 'AUTH-002', title: 'Log out', priority: 'medium', feature: 'auth', dependsOn: ['AUTH-001'] },
  { id: 'AUTH-001a', title: 'The form', priority: 'high', parentId: 'AUTH-001', description: 'With a name.' },
  { id: 'OLD-001', title: 'Done before', priority: 'low', status: 'completed' },
)

function serve(
  given: { files?: Record<string, string>; env?: Record<string, string>; words?: string[] } = {},
): McpClient & { project: Project } {
  const project = makeProject(
    given.files ?? { 'loopwork.config.json': configOf(['true']), 'tasks.json': tasks },
  )
  const client = startMcp(project.folder, given.words, given.env)
  onTestFinished(() => {
    client.child.kill('SIGKILL')
  })
  return { ...client, project }
}

test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
  'a client of revision %s is served in it',
  async (version) => {
    const client = serve()
    const { result } = await client.initialize(version)
    expect(result).toMatchObject({ protocolVersion: version, serverInfo: { name: 'loopwork' } })
    expect(await client.call('loopwork_count_pending')).toEqual({ count: 3 })
    expect(await client.close()).toBe(0)
  },
)

test('the tools of the first version answer as they always have', async () => {
  const client = serve()
  await client.initialize()
  expect(await client.call('loopwork_list_tasks', { priority: 'high', topLevelOnly: 'true' })).toEqual({
    count: 1,
    tasks: [
      {
        id: 'AUTH-001',
        title: 'Log in ✓ Ümläut',
        status: 'pending',
        state: 'queued',
        priority: 'high',
        feature: 'auth',
        hasDependencies: false,
      },
    ],
  })
  expect((await client.call('loopwork_list_tasks')).count).toBe(2)
  expect((await client.call('loopwork_list_tasks', { includeBlocked: 'true' })).count).toBe(3)
  expect(await client.call('loopwork_get_task', { taskId: 'AUTH-001a' })).toMatchObject({
    id: 'AUTH-001a',
    description: 'With a name.',
    status: 'pending',
    feature: null,
    parentId: 'AUTH-001',
    dependsOn: null,
  })
  expect(await client.call('loopwork_get_subtasks', { taskId: 'AUTH-001' })).toMatchObject({
    parentId: 'AUTH-001',
    count: 1,
    subtasks: [{ id: 'AUTH-001a', parentId: 'AUTH-001' }],
  })
  expect(await client.call('loopwork_get_dependencies', { taskId: 'AUTH-002' })).toMatchObject({
    taskId: 'AUTH-002',
    count: 1,
    dependencies: [{ id: 'AUTH-001' }],
  })
  expect(await client.call('loopwork_check_dependencies', { taskId: 'AUTH-002' })).toMatchObject({
    taskId: 'AUTH-002',
    dependenciesMet: false,
    canStart: false,
  })
  expect(await client.call('loopwork_backend_status')).toMatchObject({
    backend: 'json',
    healthy: true,
    pendingTasks: 3,
    error: null,
  })
})

test('a task is taken, completed, failed and put back, in the log and in the file', async () => {
  const client = serve()
  await client.initialize()
  const statusOf = (id: string) =>
    JSON.parse(client.project.read('tasks.json')).tasks.find((task: { id: string }) => task.id === id).status
  const move = (name: string, args: object) => client.call(name, { taskId: 'AUTH-001', ...args })

  expect(await move('loopwork_mark_in_progress', {})).toEqual({
    success: true,
    error: null,
    taskId: 'AUTH-001',
    status: 'in-progress',
  })
  expect(statusOf('AUTH-001')).toBe('in-progress')
  await move('loopwork_mark_failed', { error: 'it broke' })
  expect(statusOf('AUTH-001')).toBe('failed')
  await move('loopwork_reset_task', {})
  expect(statusOf('AUTH-001')).toBe('pending')
  await move('loopwork_mark_complete', { comment: 'done' })
  await move('loopwork_mark_complete', { comment: 'done again' })
  expect(statusOf('AUTH-001')).toBe('completed')
  expect((await client.call('loopwork_check_dependencies', { taskId: 'AUTH-002' })).canStart).toBe(true)

  const { out } = await client.project.loopwork('log', '--json', '--task', 'AUTH-001')
  const facts = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const moves = facts.map(({ event }) => event.type).filter((type) => type !== 'task.backlogTold')
  expect(moves).toEqual(['task.queued', 'task.taken', 'task.failed', 'task.reset', 'task.completed'])
  expect(new Set(facts.map(({ by }) => by))).toEqual(new Set(['mcp']))
})

test('a task that is created twice under one key is created once, by whatever server', async () => {
  const client = serve()
  await client.initialize()
  const wanted = { title: 'Write it down', parentId: 'AUTH-002', idempotencyKey: 'k1' }
  const first = await client.call('loopwork_create_task', wanted)
  expect(first).toEqual({ success: true, error: null, taskId: 'AUTH-002a', created: true })
  const other = startMcp(client.project.folder)
  await other.initialize()
  expect(await other.call('loopwork_create_task', wanted)).toEqual({ ...first, created: false })
  expect(await other.close()).toBe(0)
  expect(JSON.parse(client.project.read('tasks.json')).tasks).toHaveLength(5)
})

test('what is wrong is told to the model with what to do next, and changes nothing', async () => {
  const client = serve()
  await client.initialize()
  const before = client.project.read('tasks.json')
  expect(await client.call('loopwork_get_task', { taskId: 'AUTH-01' })).toMatchObject({
    success: false,
    code: 'not_found',
    next: expect.stringContaining('AUTH-001'),
  })
  expect(await client.call('loopwork_mark_failed', { taskId: 'AUTH-001' })).toMatchObject({
    code: 'invalid',
    error: expect.stringContaining('error:'),
  })
  expect(await client.call('loopwork_get_task', { taskId: '../../secret' })).toMatchObject({
    code: 'not_found',
  })
  expect(await client.call('loopwork_start')).toMatchObject({
    code: 'rejected',
    next: expect.stringContaining('--allow-control'),
  })
  expect(await client.call('loopwork_pause')).toMatchObject({ code: 'not_found' })
  expect((await client.ask('tools/call', { name: 'nothing' })).error?.code).toBe(-32602)
  expect((await client.ask('nothing')).error?.code).toBe(-32601)
  expect(client.project.read('tasks.json')).toBe(before)
})

test('a project that cannot be opened is told by each call, until it can', async () => {
  const client = serve({
    files: { 'loopwork.config.json': configOf(['true']), 'tasks.json': '{ "tasks": [' },
  })
  await client.initialize()
  expect(await client.call('loopwork_list_tasks')).toMatchObject({ success: false, code: 'invalid' })
  expect(await client.call('loopwork_backend_status')).toMatchObject({ healthy: false })
  client.project.write('tasks.json', tasks)
  expect((await client.call('loopwork_list_tasks')).count).toBe(2)
})

test('the settings of the first version say where the tasks are', async () => {
  const client = serve({
    files: { 'package.json': '{}', 'elsewhere/list.json': tasks },
    env: { LOOPWORK_BACKEND: 'json', LOOPWORK_TASKS_FILE: 'elsewhere/list.json' },
  })
  await client.initialize()
  expect(await client.call('loopwork_count_pending')).toEqual({ count: 3 })
})

test('a configuration that writes to standard output does not disturb the protocol', async () => {
  const config = `console.log('noise'); process.stdout.write('more'); export default ${configOf(['true'])}`
  const client = serve({ files: { 'loopwork.config.mjs': config, 'tasks.json': tasks } })
  await client.initialize()
  expect(await client.call('loopwork_count_pending')).toEqual({ count: 3 })
  expect(await client.close()).toBe(0)
  expect(client.lines.map((line) => JSON.parse(line).jsonrpc)).toEqual(['2.0', '2.0'])
  expect(client.stderr()).toContain('noise')
})

test('resources and their templates can be read and completed', async () => {
  const client = serve()
  await client.initialize()
  const { result: listed } = await client.ask('resources/templates/list')
  expect(listed?.resourceTemplates.map((one: { uriTemplate: string }) => one.uriTemplate)).toEqual([
    'loopwork://tasks/{id}',
    'loopwork://tasks/{id}/story',
    'loopwork://tasks/{id}/log',
    'loopwork://namespaces/{ns}',
  ])
  const { result: read } = await client.ask('resources/read', { uri: 'loopwork://tasks/AUTH-001/story' })
  expect(read?.contents[0].text).toContain('queued: Log in ✓ Ümläut')
  const { result: completed } = await client.ask('completion/complete', {
    ref: { type: 'ref/resource', uri: 'loopwork://tasks/{id}' },
    argument: { name: 'id', value: 'auth-001' },
  })
  expect(completed?.completion).toEqual({ values: ['AUTH-001', 'AUTH-001a'], total: 2, hasMore: false })
  const { error } = await client.ask('resources/read', { uri: 'loopwork://tasks/NO/story' })
  expect(error?.code).toBe(-32002)
})

test('whoever subscribes hears of a change that another process made', async () => {
  const client = serve()
  await client.initialize()
  await client.ask('resources/subscribe', { uri: 'loopwork://tasks/AUTH-001' })
  const heard = client.heard('notifications/resources/updated')
  await client.project.loopwork('task', 'complete', 'AUTH-001')
  expect(await heard).toMatchObject({ params: { uri: 'loopwork://tasks/AUTH-001' } })
})

test('a list is given in pages', async () => {
  const client = serve()
  await client.initialize()
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await client.call('loopwork_list_tasks', {
      status: 'all',
      limit: 3,
      ...(cursor ? { cursor } : {}),
    })
    expect(page.count).toBe(4)
    ids.push(...page.tasks.map(({ id }: { id: string }) => id))
    cursor = page.nextCursor
  } while (cursor)
  expect(ids).toEqual(['AUTH-001', 'AUTH-001a', 'AUTH-002', 'OLD-001'])
})

test('revision 2026-07-28 is spoken without a handshake, beside the older ones', async () => {
  const client = serve()
  const { result: found } = await client.ask('server/discover', { _meta: modernMeta })
  expect(found).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' })
  expect(found?.supportedVersions).toContain('2026-07-28')
  const { result: called } = await client.ask('tools/call', {
    _meta: modernMeta,
    name: 'loopwork_mark_in_progress',
    arguments: { taskId: 'AUTH-001' },
  })
  expect(called).toMatchObject({ resultType: 'complete', structuredContent: { status: 'in-progress' } })
  const { result: told } = await client.ask('resources/read', {
    _meta: modernMeta,
    uri: 'loopwork://tasks/AUTH-001',
  })
  expect(JSON.parse(told?.contents[0].text).why.because).toBe('taken by a-test')
  const future = { ...modernMeta, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }
  expect((await client.ask('tools/list', { _meta: future })).error?.code).toBe(-32022)
  await client.initialize()
  expect(await client.call('loopwork_count_pending')).toEqual({ count: 2 })
})

test('a listener of revision 2026-07-28 hears changes until it lets go', async () => {
  const client = serve()
  const acknowledged = client.heard('notifications/subscriptions/acknowledged')
  const listening = client.ask('subscriptions/listen', {
    _meta: modernMeta,
    notifications: { resourceSubscriptions: ['loopwork://tasks/AUTH-001'] },
  })
  await acknowledged
  const heard = client.heard('notifications/resources/updated')
  await client.project.loopwork('task', 'complete', 'AUTH-001')
  await heard
  expect(await client.close()).toBe(0)
  expect((await listening).result).toMatchObject({ resultType: 'complete' })
})

test('what was asked is still answered when the input ends', async () => {
  const client = serve()
  await client.initialize()
  const answer = client.call('loopwork_count_pending')
  expect(await client.close()).toBe(0)
  expect(await answer).toEqual({ count: 3 })
})
