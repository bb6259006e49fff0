import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** A project that has loopwork among its packages, as `npm install --save-dev loopwork` leaves it. */
function makeInstalled(agent: string): Project {
  const project = makeProject(
    {
      'agent.mjs': agent,
      'tasks.json': backlogOf(...['A', 'B', 'C', 'D'].map((id) => ({ id, title: id }))),
      'loopwork.config.json': configOf([process.execPath, 'agent.mjs'], {
        verify: [process.execPath, '-e', '0'],
        costTracking: { dailyBudget: 10, defaultModel: 'claude-sonnet-4-5' },
      }),
    },
    { program: 'node_modules/loopwork/dist/cli/main.js' },
  )
  const packages = join(project.folder, 'node_modules')
  mkdirSync(join(packages, 'loopwork'), { recursive: true })
  cpSync('dist', join(packages, 'loopwork/dist'), { recursive: true })
  cpSync('package.json', join(packages, 'loopwork/package.json'))
  for (const name of Object.keys(dependencies)) {
    const path = join(packages, name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(resolve('node_modules', name), path)
  }
  return project
}

test('an agent that takes the packages of the project away, loopwork among them, disturbs no other', {
  timeout: 60_000,
}, async () => {
  const project = makeInstalled(`
    import { existsSync, renameSync } from 'node:fs'
    if (process.env.LOOPWORK_TASK_ID === 'A') renameSync('node_modules', 'taken')
    while (!existsSync('taken')) await new Promise((resolve) => setTimeout(resolve, 20))
    console.log('Tokens: 1000 input, 200 output')
  `)
  const { code, out, err } = await project.loopwork('start', '--parallel', '2')
  expect(existsSync(join(project.folder, 'taken'))).toBe(true)
  expect({ code, err }).toMatchObject({ code: 0, err: expect.not.stringContaining('error') })
  expect(out).toContain('4 completed, 0 left')
  expect(out).toContain('$0.0240')
})

test('where a file of the program is missing, it says so, and what to do', async () => {
  const project = makeInstalled('')

  rmSync(join(project.folder, 'node_modules/lmdb'))
  const { code, err } = await project.loopwork('start')
  expect(code).toBe(6)
  expect(err).toContain('a file of loopwork is gone')
  expect(err).toContain('Install loopwork again')
})
