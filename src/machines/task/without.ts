/** A command's data alone, as the event that follows from it has them. */
export function without<C extends { type: string }>({ type: _, ...data }: C): Omit<C, 'type'> {
  return data
}
