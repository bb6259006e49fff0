/** Whether something has named fields. In a file of its own: what only asks this must not load the checks. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
