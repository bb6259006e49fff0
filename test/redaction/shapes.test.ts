import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMask } from '../../src/redaction/mask.ts'
import { finderOf, redact } from '../../src/redaction/pattern.ts'
import { shapes } from '../../src/redaction/shapes.ts'

const redacted = (text: string): string => redact(text, finderOf([])(text))
const a = (count: number, unit = 'aB3x'): string => unit.repeat(count).slice(0, count)
const key = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n${`${a(64)}\n`.repeat(20)}-----END RSA PRIVATE KEY-----`

// put together here, so that no scanner takes this file for a leak
const tokens: readonly (readonly [string, string])[] = [
  ['GITHUB_TOKEN', `ghp_${a(36)}`],
  ['GITHUB_TOKEN', `ghs_${a(36)}`],
  ['GITHUB_TOKEN', `github_pat_${a(22)}_${a(59)}`],
  ['GITLAB_TOKEN', `glpat-${a(20)}`],
  ['ANTHROPIC_KEY', `sk-ant-api03-${a(93)}-${a(6)}AA`],
  ['OPENAI_KEY', `sk-proj-${a(48)}_${a(20)}`],
  ['OPENAI_KEY', `sk-${a(48)}`],
  ['OPENROUTER_KEY', `sk-or-v1-${a(64, 'a0f9')}`],
  ['GOOGLE_KEY', `AIza${a(35)}`],
  ['GOOGLE_KEY', `ya29.${a(120)}`],
  ['AWS_KEY_ID', `AKIA${a(16, 'QZ27')}`],
  ['AWS_SECRET_KEY', `aws_secret_access_key = ${a(40)}`],
  ['SLACK_TOKEN', `xoxb-${a(12, '123')}-${a(12, '456')}-${a(24)}`],
  ['SLACK_WEBHOOK', `https://hooks.slack.com/services/T${a(8, '0A')}/B${a(8, '0A')}/${a(24)}`],
  ['TELEGRAM_TOKEN', `${a(10, '123')}:AA${a(33)}`],
  ['DISCORD_WEBHOOK', `https://discord.com/api/webhooks/${a(18, '123')}/${a(68)}`],
  ['STRIPE_KEY', `sk_live_${a(24)}`],
  ['NPM_TOKEN', `npm_${a(36)}`],
  ['HUGGINGFACE_TOKEN', `hf_${a(34, 'aBx')}`],
  ['JWT', `eyJ${a(33)}.eyJ${a(80)}.${a(43)}`],
  ['PRIVATE_KEY', key],
  ['PRIVATE_KEY', key.replaceAll('\n', '\\n').replaceAll('RSA ', '')],
]

test.each(tokens)('%s is known by its looks: %s', (name, token) => {
  for (const around of ['', ' ', '"', "'", '=', '\n']) {
    expect(redacted(`x${around || ' '}${token}${around} y`)).toBe(`x${around || ' '}***${name}***${around} y`)
  }
})

test('every shape has an example', () => {
  expect([...new Set(tokens.map(([name]) => name))].sort()).toEqual(shapes.map(({ name }) => name).sort())
})

test.each([
  'commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b on main',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '8d4a4c7e-3c1c-4a57-9c51-5f0f8a6d3f1e',
  'task-sk-ant-hill and sk-learn and risk-assessment-of-the-long-running-thing-in-question',
  'sk-button-primary-with-a-very-long-class-name-that-goes-on-and-on-and-on',
  'the prefix ghp_ is that of a token; sk-ant- and xoxb- are others; AKIA too',
  'AKIAINTHEMIDDLEOFSOMETHINGLONGER',
  'V1StGXR8_Z5jdHi6B-myT',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4',
  'https://discord.com/channels/123456789012345678/123456789012345678',
  'https://hooks.slack.com/docs',
  '12:30:45 at 1234567890:AB is no token',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  'eyJ is how a JWT begins; eyJhbGciOiJIUzI1NiJ9 alone is only its head',
  'aws_secret_access_key is read from the environment, never from the file',
])('what only looks a little like a token is left: %s', (text) => {
  expect(redacted(text)).toBe(text)
})

const secrets = [
  { name: 'WITH_SPACE', value: 'open sesame now' },
  { name: 'UMLAUT', value: 'gehëimnis-für-alle' },
  { name: 'MULTI_LINE', value: 'first line\n"second" line' },
]

function through(text: string, cuts: readonly number[]): string {
  const bytes = Buffer.from(text)
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((x, y) => x - y), bytes.length]
  const mask = createMask(secrets)
  const pieces = edges.slice(1).map((edge, nth) => mask.take(bytes.subarray(edges[nth], edge)))
  return Buffer.concat([...pieces, mask.rest()]).toString()
}

test('however output is cut, it comes out as if it had come in one piece, and without any secret', () => {
  const secret = fc.constantFrom(
    ...tokens.map(([, token]) => token),
    ...secrets.map(({ value }) => value),
    JSON.stringify(secrets[2]?.value).slice(1, -1),
  )
  const noise = fc.constantFrom(
    'tests passed',
    'öäü €',
    'open sesame',
    '-----BEGIN ',
    'sk-ant-',
    'x',
    '=',
    '\r',
  )
  const text = fc.array(fc.oneof(secret, noise), { maxLength: 8 }).map((parts) => parts.join('\n'))
  fc.assert(
    fc.property(text, fc.array(fc.nat(5_000), { maxLength: 30 }), (printed, cuts) => {
      const shown = through(printed, cuts)
      expect(shown).toBe(through(printed, []))
      for (const [name, token] of tokens) if (name !== 'PRIVATE_KEY') expect(shown).not.toContain(token)
      for (const { value } of secrets) expect(shown).not.toContain(value)
    }),
    { numRuns: 300 },
  )
})

test('output without secrets passes byte for byte, whatever the bytes are', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (chunks) => {
      const mask = createMask([])
      const shown = Buffer.concat([...chunks.map((chunk) => mask.take(Buffer.from(chunk))), mask.rest()])
      expect(shown.equals(Buffer.concat(chunks))).toBe(true)
    }),
  )
})

test('little is held back, even of a word or a key that never ends', () => {
  for (const endless of ['a'.repeat(65_536), 'some text that goes on and on\n'.repeat(2_000)]) {
    const mask = createMask([])
    let shown = mask.take(Buffer.from('-----BEGIN PRIVATE KEY-----\n')).length
    let given = 28
    for (let nth = 0; nth < 20; nth += 1) {
      shown += mask.take(Buffer.from(endless)).length
      given += endless.length
      expect(given - shown).toBeLessThan(30_000)
    }
  }
})
