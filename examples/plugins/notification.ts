import type { LoopworkPlugin } from 'loopwork'

/** A line to a web address of your own (a chat, a pager) when a task fails and when the loop ends. */
export function createNotificationPlugin(url: string): LoopworkPlugin {
  const send = async (text: string): Promise<void> => {
    const body = JSON.stringify({ text })
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    if (!response.ok) throw new Error(`the notification was answered with ${response.status}`)
  }
  return {
    name: 'notification',
    onTaskFailed: ({ task }, error) => send(`${task.id} ${task.title} failed: ${error}`),
    onLoopEnd: ({ completed, failed }) => send(`The loop ended: ${completed} completed, ${failed} failed`),
  }
}
