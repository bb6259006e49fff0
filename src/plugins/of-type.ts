import { filter, type OperatorFunction } from 'rxjs'
import type { EventType, FactOf } from '../config/plugin-context.ts'
import type { Fact } from '../events/catalogue.ts'

/** Lets facts of these types through, and knows what is in them. */
export function ofType<Type extends EventType>(
  ...types: readonly Type[]
): OperatorFunction<Fact, FactOf<Type>> {
  return filter((fact: Fact): fact is FactOf<Type> => (types as readonly string[]).includes(fact.event.type))
}
