import { describe, expect, test } from 'vitest'
import { project, tasksFile } from './project.ts'

/** The second of two entries stands in line 4, from column 3 on. */
const second = (entry: string): string => `{\n"tasks": [\n  {"id": "A"},\n  ${entry}\n]}\n`

const refused: readonly (readonly [string, string, string])[] = [
  [
    'an unknown status',
    second('{"id":"B","status":"done"}'),
    '4:22: the status of task B is the text "done"; expected one of pending, in-progress, completed, failed, cancelled, skipped, quarantined, blocked',
  ],
  ['a status of null', second('{"id":"B","status":null}'), '4:22: the status of task B is null'],
  [
    'an unknown priority',
    second('{"id":"B","priority":"urgent"}'),
    '4:24: the priority of task B is the text "urgent"; expected one of high, medium, low, background',
  ],
  ['a priority that is a number', second('{"id":"B","priority":1}'), '4:24: the priority of task B is 1'],
  [
    'dependencies that are no list',
    second('{"id":"B","dependsOn":{"A":1}}'),
    '4:25: the dependsOn of task B is an object; expected a list of ids',
  ],
  [
    'a dependency that is no text',
    second('{"id":"B","dependsOn":["A",7]}'),
    '4:30: the dependsOn of task B is 7',
  ],
  [
    'a title that is no text',
    second('{"id":"B","title":["x"]}'),
    '4:21: the title of task B is a list; expected a text',
  ],
  [
    'metadata that is no object',
    second('{"id":"B","metadata":[]}'),
    '4:24: the metadata of task B is a list',
  ],
  ['an id used twice', second('{"id":"A"}'), '4:9: the id A was already used in line 3'],
  ['no id', second('{"status":"pending"}'), '4:3: entry 2 of "tasks" has no "id"'],
  ['an id that is a number', second('{"id":5}'), '4:9: the id of entry 2 is 5; expected a text'],
  ['an empty id', second('{"id":" "}'), '4:9: the id " " is empty'],
  ['an id that leads elsewhere', second('{"id":"../../x"}'), '4:9: the id "../../x" contains a slash'],
  ['an id with a backslash', second('{"id":"a\\\\b"}'), '4:9: the id "a\\\\b" contains a slash'],
  ['an id that is a folder', second('{"id":".."}'), '4:9: the id ".." names a folder'],
  ['an id with NUL', second('{"id":"a\\u0000"}'), '4:9: the id "a\\u0000" contains a control character'],
  ['an id like an option', second('{"id":"--force"}'), '4:9: the id "--force" starts with "-"'],
  ['a long id', second(`{"id":"${'x'.repeat(201)}"}`), 'is longer than 200 characters'],
  [
    'an entry that is no object',
    second('"B"'),
    '4:3: entry 2 of "tasks" is the text "B"; expected an object',
  ],
  ['a list instead of an object', '[]', '1:1: the file holds a list; expected an object with "tasks"'],
  ['no tasks', '{"task":[]}', '1:1: "tasks" is missing'],
  ['tasks that are no list', '{\n "tasks": {}}', '2:11: "tasks" is an object; expected a list'],
  ['a missing comma', second('{"id":"B" "x":1}'), '4:13: this is not JSON: expected ","'],
  ['a comma too many', second('{"id":"B"},'), '5:1: this is not JSON: expected a value'],
  ['half a file', '{"tasks": [{"id": "A"}', 'this is not JSON: expected "," or "]"'],
  ['an empty file', '', '1:1: this is not JSON: expected a value'],
  ['single quotes', "{'tasks': []}", '1:2: this is not JSON: expected'],
  ['something after the end', '{"tasks":[]}\nx', '2:1: this is not JSON: expected'],
  ['what is nested without end', `{"tasks":${'['.repeat(100_000)}`, 'nested too deeply'],
]

describe('a backlog file', () => {
  test.each(refused)('with %s is refused with its place', async (_what, text, message) => {
    const here = project(text)
    await expect(here.open().read()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(/^\d/.test(message) ? `${tasksFile}:${message}` : message),
    })
  })

  test('that is not UTF-8 is refused, as writing it back would change it', async () => {
    const here = project()
    here.write(tasksFile, Buffer.from([0x7b, 0xff, 0x7d]))
    await expect(here.open().read()).rejects.toMatchObject({
      code: 'invalid',
      message: `${tasksFile} is not UTF-8`,
    })
  })

  test('that is missing is not found', async () => {
    const failure = { code: 'not_found', hint: expect.stringContaining('loopwork init') }
    const backlog = project().open()
    await expect(backlog.read()).rejects.toMatchObject(failure)
    await expect(backlog.tell('A', 'completed')).rejects.toMatchObject(failure)
  })

  test('may name dependencies that are missing or go in a circle', async () => {
    const here = project(second('{"id":"B","dependsOn":["B","nobody"]}'))
    expect((await here.open().read()).tasks[1]?.dependsOn).toEqual(['B', 'nobody'])
  })

  test('may have a key that means something to the language', async () => {
    const here = project(second('{"id":"B","metadata":{"__proto__":{"a":1}}}'))
    const { tasks } = await here.open().read()
    expect(Object.keys(tasks[1]?.metadata ?? {})).toEqual(['__proto__'])
    expect('a' in (tasks[1]?.metadata ?? {})).toBe(false)
  })
})
