/** What the body of an issue says of its place among the others, as it is written there. */
export type Relations = { readonly parent: string | null; readonly dependsOn: readonly string[] }

/** Reads the lines `Parent: …` and `Depends on: …` (or `Dependencies: …`), in any case, at the start of a line. */
export function relationsIn(body: string): Relations {
  const parent = /^[ \t]*parent:[ \t]*(\S+)/im.exec(body)?.[1]
  const lists = [...body.matchAll(/^[ \t]*(?:depends on|dependencies):[ \t]*(.*)$/gim)]
  const words = lists.flatMap(([, list = '']) => list.split(/[\s,]+/)).filter((word) => word !== '')
  return {
    parent: parent === undefined ? null : reference(parent),
    dependsOn: [...new Set(words.map(reference))],
  }
}

/** The lines that say the same. */
export function relationLines({ parent, dependsOn }: Relations): string {
  const lines = [
    ...(parent === null ? [] : [`Parent: ${shown(parent)}`]),
    ...(dependsOn.length === 0 ? [] : [`Depends on: ${dependsOn.map(shown).join(', ')}`]),
  ]
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`
}

/** `#12`, `12`, `GH-12` and `owner/repo#12` are all `GH-12`; anything else stands for itself, in capitals. */
function reference(word: string): string {
  const number = /^(?:[\w.-]+\/[\w.-]+)?#?(\d+)[.;]?$/.exec(word)?.[1] ?? /^GH-(\d+)[.;]?$/i.exec(word)?.[1]
  return number === undefined ? word.replace(/[.;]$/, '').toUpperCase() : idOf(Number(number))
}

function shown(id: string): string {
  const number = numberOf(id)
  return number === null ? id : `#${number}`
}

export function idOf(number: number): string {
  return `GH-${number}`
}

/** The number of the issue with this id; null for an id that is none of an issue. */
export function numberOf(id: string): number | null {
  const digits = /^GH-(\d+)$/.exec(id)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** The name that a title may begin with, and by which others may call the issue: `TASK-001-02a`. */
export function nameIn(title: string): string | null {
  return /\bTASK-\d+-\d+[a-z]?\b/i.exec(title)?.[0].toUpperCase() ?? null
}
