import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { judge, runToEnd } from './judge.ts'

/** The newest that runs on Node 20. */
const version = '1.0.3'

/** Arguments with which each tool can be called in the project below. */
const args: Readonly<Record<string, readonly string[]>> = {
  loopwork_answer_question: ['taskId=A-1', 'answer=yes'],
  loopwork_create_task: ['title=Another'],
  loopwork_mark_failed: ['taskId=A-1', 'error=it broke'],
}
const ofOneTask =
  /^loopwork_(get_task|mark_in_progress|mark_complete|reset_task|get_subtasks|get_dependencies|check_dependencies|why|get_log)$/
/** Tools that must refuse here: nothing runs, nothing was tried or asked, and starting is not allowed. */
const refusing = /^loopwork_(pause|continue|stop|start|get_log|answer_question)$/

test("the official inspector's command line lists and calls every tool", async () => {
  const inspector = join(await judge('@modelcontextprotocol/inspector', version), 'cli/build/index.js')
  const project = makeProject({
    'loopwork.config.json': configOf(['true']),
    'tasks.json': backlogOf({ id: 'A-1', title: 'One' }),
  })
  const ask = async (...words: readonly string[]) => {
    const all = [inspector, process.execPath, resolve('dist/cli/main.js'), 'mcp', ...words]
    const { code, out, err } = await runToEnd(process.execPath, all, { cwd: project.folder })
    expect(code, err).toBe(0)
    return JSON.parse(out)
  }
  const { tools } = await ask('--method', 'tools/list')
  expect(tools.length).toBeGreaterThanOrEqual(21)
  for (const { name } of tools) {
    const given = args[name] ?? (ofOneTask.test(name) ? ['taskId=A-1'] : [])
    const answer = await ask(
      ...['--method', 'tools/call', '--tool-name', name],
      ...given.flatMap((arg) => ['--tool-arg', arg]),
    )
    expect(answer.content[0].type, name).toBe('text')
    expect(answer.isError === true, `${name}: ${answer.content[0].text}`).toBe(refusing.test(name))
  }
})
