import { expect, test } from 'vitest'
import { findDependencyProblems } from '../../src/machines/dependencies.ts'

const task = (id: string, ...dependsOn: string[]) => ({ id, dependsOn })

test('tasks that can be done have no problems', () => {
  expect(findDependencyProblems([task('a'), task('b', 'a'), task('c', 'a', 'b')])).toEqual([])
})

test('a dependency that nobody has is named', () => {
  expect(findDependencyProblems([task('a', 'ghost', 'b'), task('b')])).toEqual([
    { id: 'a', missing: ['ghost'], cyclic: [] },
  ])
})

test('every task of a circle names the others; those that only wait for it do not', () => {
  const problems = findDependencyProblems([task('a', 'b'), task('b', 'c'), task('c', 'a'), task('d', 'a')])
  expect(problems.map(({ id, cyclic }) => [id, [...cyclic].sort()])).toEqual([
    ['a', ['b', 'c']],
    ['b', ['a', 'c']],
    ['c', ['a', 'b']],
  ])
})

test('a task that depends on itself names itself', () => {
  expect(findDependencyProblems([task('a', 'a')])).toEqual([{ id: 'a', missing: [], cyclic: ['a'] }])
})

test('a chain of 20,000 tasks is followed to its end', () => {
  const chain = Array.from({ length: 20_000 }, (_, nth) =>
    task(`t${nth}`, ...(nth > 0 ? [`t${nth - 1}`] : [])),
  )
  expect(findDependencyProblems(chain.reverse())).toEqual([])
})
