import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const diskBytes = 3 * 1024 * 1024

/** A project on a disk of three megabytes; null where none may be mounted. */
function makeSmallProject(): Project | null {
  const project = makeProject()
  const { folder } = project
  const options = `size=${diskBytes}`
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return null
  onTestFinished(() => {
    spawnSync('umount', ['-l', folder])
  })
  return project
}

const ids = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5', 'A-6']
const tasks = backlogOf(...ids.map((id) => ({ id, title: id, description: `Do ${id}.` })))
const config = configOf(agentOf("console.log('Tokens: 100 input, 10 output')"), {
  verify: [process.execPath, '-e', '0'],
})

/** Takes what room is left, to the last byte. */
function fill({ folder }: Project): void {
  const file = openSync(join(folder, 'filler'), 'a')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch {
    closeSync(file)
  }
}

/** The less room there is, the sooner the disk is full. */
test.for([280_000, 220_000, 160_000, 100_000])(
  'a disk with room for %i bytes ends the run with words, and nothing is lost',
  { timeout: 120_000 },
  async (room, { skip }) => {
    const project = makeSmallProject() ?? skip('no file system may be mounted here')
    project.write('package.json', '{}')
    project.write('loopwork.config.json', config)
    project.write('tasks.json', tasks)
    project.write('filler', '.'.repeat(diskBytes - 32_768 - room))

    const { code, err } = await project.loopwork('start')
    expect({ code, err }).toMatchObject({ code: 6, err: expect.stringMatching(/disk/) })
    expect(err).toMatch(/hint:/)
    expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/)
    fill(project)
    expect(await project.loopwork('status', '--json')).toMatchObject({ code: 0, err: '' })

    rmSync(join(project.folder, 'filler'))
    const resumed = await project.loopwork('resume')
    if (resumed.code === 4) await project.loopwork('start') // nothing had begun
    const { tasks: told } = JSON.parse(project.read('tasks.json'))
    expect(told.map(({ status }: { status: string }) => status)).toEqual(ids.map(() => 'completed'))
    expect((await project.loopwork('rebuild')).code).toBe(0)
  },
)
