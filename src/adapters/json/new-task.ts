import { rm } from 'node:fs/promises'
import { LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import type { NewTask } from '../../ports/backlog.ts'
import type { Document } from './document.ts'
import { withTask } from './edit.ts'
import { flawOfId, nextId, nextSubId } from './ids.ts'
import type { Kept, KeptDocument } from './kept-document.ts'
import { newDescription, type TaskFolder } from './task-folder.ts'

/** Adds a task and its description to what `kept` is, unless it has its key; only under the lock. Gives the id. */
export async function addTask(
  file: KeptDocument,
  folder: TaskFolder,
  kept: Kept,
  task: NewTask,
): Promise<string> {
  const { document } = kept
  const earlier = task.key === undefined ? undefined : document.idOfKey.get(task.key)
  if (earlier !== undefined) return earlier
  checkTitle(task.title)
  checkRelations(document, task)
  const id = task.id ?? (await freeId(document, folder, task))
  checkId(document, id)
  const wasDescribed = await folder.describe(id, newDescription(id, task.title.trim(), task.description))
  if (!wasDescribed && task.description !== undefined) {
    throw new LoopworkError('rejected', `there is already a description of ${id}: ${folder.pathOf(id)}`, {
      hint: 'Choose another id, or add the task without a description to keep the one that is there.',
    })
  }
  try {
    await file.replace(kept, withTask(document, entryFor(id, task, document.defaultPriority)))
  } catch (thrown) {
    if (wasDescribed) await rm(folder.pathOf(id), { force: true })
    throw thrown
  }
  return id
}

function entryFor(id: string, task: NewTask, usual: Priority = 'medium'): Record<string, unknown> {
  return {
    id,
    status: 'pending',
    priority: task.priority ?? usual,
    title: task.title.trim(),
    ...(task.feature ? { feature: task.feature } : {}),
    ...(task.parent ? { parentId: task.parent } : {}),
    ...(task.dependsOn?.length ? { dependsOn: task.dependsOn } : {}),
    ...(task.key === undefined ? {} : { idempotencyKey: task.key }),
  }
}

/** Descriptions of tasks that were removed keep their ids, so that they are not taken for those of others. */
async function freeId(document: Document, folder: TaskFolder, task: NewTask): Promise<string> {
  const taken = new Set([...document.indexOf.keys(), ...(await folder.described())])
  return task.parent ? nextSubId(task.parent, taken) : nextId(task.feature, taken)
}

function checkTitle(title: string): void {
  if (title.trim() !== '' && !/[\r\n]/.test(title)) return
  throw new LoopworkError('invalid', 'a task needs a title of one line', {
    hint: 'Say in a few words what is to be done; the rest goes into the description.',
  })
}

function checkRelations(document: Document, task: NewTask): void {
  const related = [...(task.parent ? [task.parent] : []), ...(task.dependsOn ?? [])]
  const unknown = related.find((id) => !document.indexOf.has(id))
  if (unknown === undefined) return
  throw new LoopworkError('not_found', `there is no task ${unknown} in ${document.name}`, {
    hint: `Add ${unknown} first, or name a task that is there.`,
  })
}

function checkId(document: Document, id: string): void {
  const flaw = flawOfId(id)
  if (flaw) {
    throw new LoopworkError('invalid', `the id ${JSON.stringify(id.slice(0, 80))} ${flaw}`, {
      hint: 'An id is a short text such as "TASK-001". It also names the file with the description.',
    })
  }
  if (!document.indexOf.has(id)) return
  throw new LoopworkError('rejected', `there is already a task ${id} in ${document.name}`, {
    hint: 'Choose another id, or leave it out to get the next one that is free.',
  })
}
