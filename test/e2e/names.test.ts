import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()

test.runIf(process.platform === 'linux')(
  'an agent that ends all programs called node, its server among them, does not end loopwork',
  async () => {
    const looking = `
      const { readFileSync, writeFileSync, existsSync } = require('node:fs')
      writeFileSync('keeper', readFileSync('/proc/' + process.ppid + '/comm', 'utf8'))
      setInterval(() => existsSync('seen') && process.exit(0), 20)
    `
    const project = makeProject({
      'tasks.json': backlogOf({ id: 'A', title: 'A' }),
      'loopwork.config.json': configOf(agentOf(looking)),
    })
    const run = project.begin('start')
    await expect.poll(() => readIfThere(project), { timeout: 10_000 }).toMatch(/^loopwork-keeper/)
    expect(nameOf(run.pid ?? 0)).toMatch(/^loopwork start/)
    project.write('seen', '')
    expect(await run.answer).toMatchObject({ code: 0 })
  },
)

function readIfThere(project: { read(path: string): string }): string {
  try {
    return project.read('keeper')
  } catch {
    return ''
  }
}
