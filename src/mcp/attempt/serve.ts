import { openLogDesk } from '../../daemon/log-desk.ts'
import { openDeskUser } from '../../daemon/with-desk.ts'
import { taskOf } from '../../events/event.ts'
import type { Access } from '../../runtime/work/grant-access.ts'
import { type Office, openOffice, type Place } from '../office.ts'
import { resourcesOf } from '../resources.ts'
import { createService, type Service, watchLog } from '../service.ts'
import { explaining } from '../tools/explain.ts'
import { looking } from '../tools/look.ts'
import { relations } from '../tools/relations.ts'
import { askingPeople } from './ask.ts'
import { type Badge, badgeOf } from './badge.ts'
import { attaching } from './evidence.ts'
import { proposing } from './propose.ts'
import { reporting } from './report.ts'

/** Whatever an agent starts it can read: what takes a token is left to the loop, and asked of it through the log. */
async function deskOf({ app, settings }: Place, { stream }: Badge) {
  return settings.backend.kind === 'github'
    ? openLogDesk(app, taskOf(stream).backlog, 'agent')
    : openDeskUser(app, settings, 'mcp')
}

/** The server of one attempt: its agent may look at everything, and speak for its own task alone. */
export function attemptServiceOf(given: {
  readonly version: string
  readonly access: Access
  open(): Promise<Place>
}): { readonly service: Service; readonly office: Office } {
  const badge = badgeOf(given.access)
  const office = openOffice({ open: given.open, launch: null, openDesk: (place) => deskOf(place, badge) })
  const service = createService({
    version: given.version,
    instructions: `You work on the task ${badge.id}. Report each larger step with loopwork_report_progress; ask with loopwork_ask_person where you cannot decide alone; add what is left over with loopwork_propose_subtasks.`,
    tools: [
      ...reporting(office, badge),
      ...askingPeople(office, badge),
      ...proposing(office, badge),
      ...attaching(office, badge),
      ...looking(office),
      ...relations(office),
      ...explaining(office),
    ],
    resources: resourcesOf(office),
    prompts: [],
    watch: watchLog(office),
  })
  return { service, office }
}
