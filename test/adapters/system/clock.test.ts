import { expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/adapters/system/clock.ts'

const never = new AbortController().signal
const inMs = (ms: number): Date => new Date(systemClock.now().getTime() + ms)

test('an instant that has passed is not waited for', async () => {
  await systemClock.until(new Date(0), never)
})

test('an instant to come is waited for, and not a millisecond less', async () => {
  const instant = inMs(30)
  await systemClock.until(instant, never)
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(instant.getTime())
})

test('waiting ends with the reason of the signal', async () => {
  const control = new AbortController()
  const waiting = systemClock.until(inMs(1e12), control.signal)
  control.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(systemClock.until(inMs(1e12), control.signal)).rejects.toThrow('enough')
})

test('an instant that is too far for a timer, and a machine that slept, are waited for by looking again', async () => {
  vi.useFakeTimers()
  try {
    let isOver = false
    const waiting = systemClock.until(inMs(90 * 86_400_000), never).then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(isOver).toBe(false)
    vi.setSystemTime(Date.now() + 90 * 86_400_000) // timers stand still while a machine sleeps
    await vi.advanceTimersByTimeAsync(60_000)
    expect(isOver).toBe(true)
    await waiting
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
