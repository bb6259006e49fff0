const longestId = 200
const lastLetter = 'z'.charCodeAt(0) - 'a'.charCodeAt(0) + 1

/** What is wrong with an id that is to name a file in the tasks folder and an argument; null if nothing is. */
export function flawOfId(id: string): string | null {
  if (id.trim() === '') return 'is empty'
  if (id.length > longestId) return `is longer than ${longestId} characters`
  if (id === '.' || id === '..') return 'names a folder'
  if (/[/\\]/.test(id)) return 'contains a slash'
  if (/\p{Cc}/u.test(id)) return 'contains a control character'
  return id.startsWith('-') ? 'starts with "-"' : null
}

/** The id after the highest of its feature: `AUTH-007`; `TASK-001` for the first one without a feature. */
export function nextId(feature: string | undefined, taken: ReadonlySet<string>): string {
  const letters = (feature ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '')
  const prefix = `${letters.slice(0, 8) || 'TASK'}-`
  let highest = 0
  for (const id of taken) {
    const number = id.startsWith(prefix) ? /^\d{1,9}/.exec(id.slice(prefix.length)) : null
    if (number) highest = Math.max(highest, Number(number[0]))
  }
  return prefix + String(highest + 1).padStart(3, '0')
}

/** The first free of `TASK-001a`, `…b`, …, `…z`, `…aa`, … below a parent. */
export function nextSubId(parent: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const id = parent + inLetters(number)
    if (!taken.has(id)) return id
  }
}

function inLetters(number: number): string {
  let letters = ''
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / lastLetter)) {
    letters = String.fromCharCode('a'.charCodeAt(0) + ((rest - 1) % lastLetter)) + letters
  }
  return letters
}
