import { Worker } from 'node:worker_threads'

/** How often it looks, and how many looks without a sign of life are too many. */
const lookMs = 500
const mostLooks = 20
const beatMs = 200

const program = `
const { workerData } = require('node:worker_threads')
const beats = new Int32Array(workerData.beats)
let last = -1
let looks = 0
setInterval(() => {
  const now = Atomics.load(beats, 0)
  looks = now === last ? looks + 1 : 0
  last = now
  if (process.ppid !== workerData.parent || looks >= ${mostLooks}) process.kill(process.pid, 'SIGKILL')
}, ${lookMs})
`

/**
 * Ends this process when a plugin blocks it for good, and when the loop that started it is gone: from a thread
 * of its own, because the blocked one can do nothing.
 */
export function startWatchdog(): void {
  const beats = new SharedArrayBuffer(4)
  const beat = new Int32Array(beats)
  new Worker(program, { eval: true, workerData: { beats, parent: process.ppid } }).unref()
  setInterval(() => Atomics.add(beat, 0, 1), beatMs).unref()
}
