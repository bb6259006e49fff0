import { expect, test } from 'vitest'
import { catalogue } from '../../src/events/catalogue.ts'
import { subjects } from '../../src/machines/subjects.ts'

const charts = Object.entries(subjects)

/** `after`, `onDone`, `onError` and `raise` would each show up here as an event that no log holds. */
test.each(charts)('a %s moves only by events that the log knows', (_, { machine }) => {
  expect(machine.events.length).toBeGreaterThan(5)
  expect(Object.keys(catalogue)).toEqual(expect.arrayContaining(machine.events))
})

test.each(charts)('a %s stays put until told', (_, { machine }) => {
  expect(Object.values(machine.states).filter((state) => state.always?.length)).toEqual([])
})

test('every event of the log has an arrow in a chart', () => {
  const known = new Set<string>(charts.flatMap(([, { machine }]) => machine.events))
  expect(Object.keys(catalogue).filter((type) => !known.has(type))).toEqual([])
})

test('the names of states appear in no stored event', () => {
  const states = new Set(charts.flatMap(([, { machine }]) => Object.keys(machine.states)))
  expect(Object.keys(catalogue).filter((type) => states.has(type))).toEqual([])
})
