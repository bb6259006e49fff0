import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { queueAt } from '../../../src/adapters/system/queue.ts'
import { tempFolder } from '../../support/temp.ts'

test('one goes after the other', async () => {
  const path = join(tempFolder(), 'state', 'queue')
  const queue = queueAt(path)
  const leave = await queue.enter()
  const went: string[] = []
  const wait = async (name: string) => {
    const done = await queueAt(path).enter()
    went.push(name)
    done()
  }
  const waiting = [wait('first'), wait('second')]
  expect(went).toEqual([])
  leave()
  await Promise.all(waiting)
  expect(new Set(went)).toEqual(new Set(['first', 'second']))
})

test('one that dies has left', async () => {
  const path = join(tempFolder(), 'queue')
  const locks = createRequire(import.meta.url).resolve('fs-native-extensions')
  const script = `const fd = fs.openSync(${JSON.stringify(path)}, 'a+'); require(${JSON.stringify(locks)}).tryLock(fd); console.log('in'); setInterval(() => fd, 1e6)`
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    other.kill('SIGKILL')
  })
  await once(other.stdout, 'data')
  const entered = queueAt(path).enter()
  other.kill('SIGKILL')
  ;(await entered)()
})
