// Stands in for an AI agent: reads its prompt on standard input and writes the files that the prompt asks for.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'

const prompt = await text(process.stdin)
const files = [...prompt.matchAll(/Write `([^`]+)`:\n\n```\w*\n([\s\S]*?)```/g)]
console.log(`I was asked to do ${process.env.LOOPWORK_TASK_ID} (attempt ${process.env.LOOPWORK_ATTEMPT}).`)

for (const [, path, content] of files) {
  await wait(600)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  console.log(`I wrote ${path}, ${content.length} bytes.`)
}
console.log('Usage: 1200 prompt tokens, 340 completion tokens')
