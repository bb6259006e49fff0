// What taking secrets out of 100 MB of an agent's output costs, against hashing the same bytes.
import { createHash } from 'node:crypto'
import { createMask } from '../src/redaction/mask.ts'
import { report, whole } from './figure.ts'

const bytes = 100 * 1024 * 1024
const rounds = 3
const most = 20
const mostMegabytes = 64
const secrets = ['ANTHROPIC_API_KEY', 'GITHUB_TOKEN', 'DATABASE_PASSWORD', 'TELEGRAM_BOT_TOKEN'].map(
  (name) => ({
    name,
    value: `${name.toLowerCase()}-${'x9'.repeat(15)}`,
  }),
)

/** A stretch of what agents print: records, code, test output, digests; here and there a secret. */
const stretch = Buffer.from(
  Array.from({ length: 400 }, (_, nth) =>
    [
      JSON.stringify({
        type: 'assistant',
        turn: nth,
        text: 'I will look at the tests of the settings page first.',
      }),
      `  at Object.<anonymous> (/home/dev/repo/src/settings/form-${nth}.ts:${nth}:17)`,
      `commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b task-${nth} sk-learn ghp_ eyJ AKIA`,
      nth % 50 === 0
        ? `key ${secrets[nth % 4]?.value} and ghp_${'aB3x'.repeat(9)}`
        : '✓ is undone by Ctrl-Z (12 ms)',
    ].join('\n'),
  ).join('\n'),
)
const chunk = Buffer.concat([stretch, stretch]).subarray(0, 64 * 1024)

function hash(): number {
  const start = performance.now()
  const hashed = createHash('sha256')
  for (let done = 0; done < bytes; done += chunk.length) hashed.update(chunk)
  hashed.digest()
  return performance.now() - start
}

let held = 0
function mask(): number {
  const start = performance.now()
  const { take, rest } = createMask(secrets)
  let shown = 0
  for (let done = 0, nth = 0; done < bytes; done += chunk.length, nth += 1) {
    shown += take(chunk).length
    if (nth % 100 === 0) held = Math.max(held, process.memoryUsage().heapUsed)
  }
  shown += rest().length
  if (shown < bytes * 0.9) throw new Error(`only ${shown} bytes came out`)
  return performance.now() - start
}

const best = { hash: Number.POSITIVE_INFINITY, mask: Number.POSITIVE_INFINITY }
for (let round = 0; round < rounds; round += 1) {
  const now = { hash: hash(), mask: mask() }
  console.log(`  hashed in ${whole(now.hash)} ms, masked in ${whole(now.mask)} ms`)
  best.hash = Math.min(best.hash, now.hash)
  best.mask = Math.min(best.mask, now.mask)
}
const speed = (ms: number): string => `${whole(bytes / 1024 / 1024 / (ms / 1000))} MB/s`
report({
  name: 'secrets taken out of 100 MB of output',
  ours: speed(best.mask),
  peer: `SHA-256 ${speed(best.hash)}`,
  ratio: (best.mask / best.hash).toFixed(2),
  aim: `< ${most.toFixed(2)}`,
  isMet: best.mask / best.hash < most,
})
report({
  name: 'heap while doing so',
  ours: `${whole(held / 1e6)} MB`,
  peer: '',
  ratio: '',
  aim: `< ${mostMegabytes} MB`,
  isMet: held / 1e6 < mostMegabytes,
})
