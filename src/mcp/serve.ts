import { type Office, openOffice, type Place } from './office.ts'
import { promptsOf } from './prompts.ts'
import { operatorTools } from './registry.ts'
import { resourcesOf } from './resources.ts'
import { createService, instructions, type Service, watchLog } from './service.ts'

/** The server of a project, for a person's client. */
export function serviceOf(given: {
  readonly version: string
  open(): Promise<Place>
  readonly launch: Office['launch']
}): { readonly service: Service; readonly office: Office } {
  const office = openOffice(given)
  const service = createService({
    version: given.version,
    instructions,
    tools: operatorTools(office),
    resources: resourcesOf(office),
    prompts: promptsOf(office),
    watch: watchLog(office),
  })
  return { service, office }
}
