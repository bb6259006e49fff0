import { join } from 'node:path'
import type { ServicePlan } from './plan.ts'

/** Where a user's own agents of launchd are. */
export function agentFile(plan: ServicePlan): string {
  return join(plan.home, 'Library/LaunchAgents', `${labelOf(plan)}.plist`)
}

export function labelOf({ name }: ServicePlan): string {
  return `dev.loopwork.${name}`
}

/** A property list of launchd for one user. See launchd.plist(5). */
export function agentText(plan: ServicePlan): string {
  const { command, root, env, outputFile } = plan
  const strings = command.map((text) => `    <string>${escaped(text)}</string>`)
  const variables = Object.entries(env).flatMap(([key, value]) => [
    `    <key>${escaped(key)}</key>`,
    `    <string>${escaped(value)}</string>`,
  ])
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${escaped(labelOf(plan))}</string>
  <key>ProgramArguments</key>
  <array>
${strings.join('\n')}
  </array>
  <key>WorkingDirectory</key>
  <string>${escaped(root)}</string>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('\n')}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>Crashed</key>
    <true/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>30</integer>
  <key>ExitTimeOut</key>
  <integer>60</integer>
  <!-- The loop ends its agents itself; if it dies, they go on, and the next start takes them over. -->
  <key>AbandonProcessGroup</key>
  <true/>
  <key>StandardOutPath</key>
  <string>${escaped(outputFile)}</string>
  <key>StandardErrorPath</key>
  <string>${escaped(outputFile)}</string>
</dict>
</plist>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
