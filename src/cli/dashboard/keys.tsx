import { type Key, useInput } from 'ink'
import type { ReactNode } from 'react'
import type { Press } from './press.ts'

/** Hears the keys. What was typed faster than it was read comes one by one. */
export function Keys({ heard, children }: { heard: (key: Press) => void; children: ReactNode }) {
  useInput((input, key) => {
    const name = nameOf(input, key)
    if (name) heard({ text: '', name })
    else if (!key.ctrl && !key.meta) for (const letter of input) heard(pressOf(letter))
  })
  return children
}

/** The letters that are keys with names, where several came at once. */
const letters: Readonly<Record<string, Press['name']>> = {
  '\t': 'tab',
  '\r': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
}

function pressOf(letter: string): Press {
  const name = letters[letter] ?? null
  return { text: name ? '' : letter, name }
}

const names = {
  upArrow: 'up',
  downArrow: 'down',
  leftArrow: 'left',
  rightArrow: 'right',
  pageUp: 'pageUp',
  pageDown: 'pageDown',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'escape',
  tab: 'tab',
  backspace: 'backspace',
  delete: 'backspace', // most terminals send this for the key above enter
} as const satisfies Partial<Record<keyof Key, Press['name']>>

function nameOf(input: string, key: Key): Press['name'] {
  if (key.ctrl && input === 'c') return 'interrupt'
  const found = (Object.keys(names) as (keyof typeof names)[]).find((name) => key[name])
  return found ? names[found] : null
}
