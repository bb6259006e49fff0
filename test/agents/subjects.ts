import { anthropicMessages } from './anthropic-messages.ts'
import { geminiGenerateContent } from './gemini-generate-content.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import { type Protocol, type Reply, used } from './protocol.ts'

/** The file that the task asks for. */
export const wantedFile = { name: 'hello.txt', content: 'hello from the scripted model\n' }

/** A real program of an agent, and what it takes to have it talk to a model of ours and to nobody else. */
export type Subject = {
  readonly cli: 'claude' | 'codex' | 'gemini' | 'opencode'
  /** The model, in the words of loopwork's configuration, and in those of the API. */
  readonly model: string
  readonly apiModel: string
  readonly protocol: Protocol
  /** What an attempt of two turns comes to, as `status --json` has it. */
  readonly spent: Readonly<Record<string, unknown>>
  /** What it asks of others whatever its settings say; it gets no further than loopback. */
  readonly unbidden?: RegExp
  /** How its model makes it write the file. */
  write(path: string): NonNullable<Reply['call']>
  readonly keyVariable: string
  env(url: string): Readonly<Record<string, string>>
  /** Files in its home folder. */
  home(url: string): Readonly<Record<string, string>>
}

const claude: Subject = {
  cli: 'claude',
  model: 'sonnet',
  apiModel: 'claude-sonnet-5-5',
  protocol: anthropicMessages,
  spent: spentOf('claude-sonnet-5-5', 0.008_18, 'itself', 2 * used.cacheWrite),
  write: (path) => ({ tool: 'Write', input: { file_path: path, content: wantedFile.content } }),
  keyVariable: 'ANTHROPIC_API_KEY',
  env: (url) => ({
    ANTHROPIC_BASE_URL: url,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  }),
  home: () => ({}),
}

const codex: Subject = {
  cli: 'codex',
  model: 'gpt-5.5',
  apiModel: 'gpt-5.5',
  protocol: openaiResponses,
  spent: spentOf('gpt-5.5', 0.021, 'list', 2 * used.cacheWrite),
  write: () => ({
    tool: 'apply_patch',
    input: `*** Begin Patch\n*** Add File: ${wantedFile.name}\n+${wantedFile.content}*** End Patch`,
  }),
  keyVariable: 'SCRIPTED_MODEL_API_KEY',
  env: () => ({}),
  home: (url) => ({
    '.codex/config.toml': [
      'model = "gpt-5.5"',
      'model_provider = "scripted"',
      'check_for_update_on_startup = false',
      '[model_providers.scripted]',
      'name = "scripted"',
      `base_url = "${url}/v1"`,
      'env_key = "SCRIPTED_MODEL_API_KEY"',
      'wire_api = "responses"',
      '[features]',
      'plugins = false',
      '[analytics]',
      'enabled = false',
      '',
    ].join('\n'),
  }),
}

const gemini: Subject = {
  cli: 'gemini',
  model: 'gemini-2.5-pro',
  apiModel: 'gemini-2.5-pro',
  protocol: geminiGenerateContent,
  spent: spentOf('gemini-2.5-pro', 0.004_925, 'list'),
  write: (path) => ({ tool: 'write_file', input: { file_path: path, content: wantedFile.content } }),
  keyVariable: 'GEMINI_API_KEY',
  env: (url) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_TELEMETRY_ENABLED: 'false' }),
  home: () => ({
    '.gemini/settings.json': JSON.stringify({
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      security: { auth: { selectedType: 'gemini-api-key' } },
    }),
  }),
}

const opencode: Subject = {
  cli: 'opencode',
  model: 'scripted/scripted-model',
  apiModel: 'scripted-model',
  protocol: openaiChat,
  spent: spentOf('scripted/scripted-model', 0.010_29, 'itself'),
  unbidden: /^CONNECT registry\.npmjs\.org:443$/, // for the types of its plugins
  write: (path) => ({ tool: 'write', input: { filePath: path, content: wantedFile.content } }),
  keyVariable: 'SCRIPTED_MODEL_API_KEY',
  env: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_SHARE: '1',
  }),
  home: (url) => ({
    '.config/opencode/opencode.json': JSON.stringify({
      $schema: 'https://opencode.ai/config.json', // it writes this line itself where it is missing
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${url}/v1`, apiKey: '{env:SCRIPTED_MODEL_API_KEY}' },
          models: {
            'scripted-model': {
              tool_call: true,
              limit: { context: 100_000, output: 8_000 },
              cost: { input: 3, output: 15, cache_read: 0.3 },
            },
          },
        },
      },
    }),
  }),
}

/** The totals of two turns, with dollars by the program's own figure or by the price list. */
function spentOf(model: string, costUsd: number, by: 'itself' | 'list', cacheWrite = 0) {
  return {
    models: {
      [model]: {
        input: 2 * used.input,
        output: 2 * used.output,
        cacheRead: 2 * used.cacheRead,
        cacheWrite,
        reasoning: 0,
      },
    },
    costUsd,
    estimatedUsd: by === 'list' ? costUsd : 0,
    attempts: 1,
    unknownCost: 0,
  }
}

export const subjects: readonly Subject[] = [claude, codex, gemini, opencode]
