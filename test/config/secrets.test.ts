import { expect, test } from 'vitest'
import { secretsIn, secretsInConfig, secretsOf } from '../../src/config/secrets.ts'

const namesIn = (env: Record<string, string>) =>
  secretsIn(env)
    .map(({ name }) => name)
    .sort()

test('variables are taken for secrets by what they are called', () => {
  const value = 'a1b2c3d4e5f6'
  const secret = [
    'ANTHROPIC_API_KEY',
    'APIKEY',
    'AWS_SECRET_ACCESS_KEY',
    'CLIENT_SECRET',
    'DB_PASSWORD',
    'DEEPSEEK_KEY',
    'GITHUB_TOKEN',
    'GOOGLE_CREDENTIALS',
    'MYSQL_PWD',
    'PGPASSWORD',
    'ROOT_PASSWD',
    'SLACK_WEBHOOK_URL',
    'SMTP_PASS',
    'npm_config__authToken',
  ]
  const harmless = ['PWD', 'OLDPWD', 'MONKEY', 'KEYBOARD', 'TOKENS', 'SECRETARY', 'TOKEN_COUNT', 'COMPASS']
  expect(namesIn(Object.fromEntries([...secret, ...harmless].map((name) => [name, value])))).toEqual(
    [...secret].sort(),
  )
})

test.each([
  ['a file', 'GOOGLE_APPLICATION_CREDENTIALS', '/home/dev/keys/account-1.json'],
  ['a file beside it', 'SIGNING_KEY', './keys/release1.pem'],
  ['a mounted file', 'VAULT_TOKEN', '/run/secrets/vault-token'],
  ['a file on Windows', 'SSH_KEY', 'C:\\Users\\dev\\id_ed25519'],
  ['a switch', 'USE_TOKEN', 'disabled'],
  ['the name of a column', 'SORT_KEY', 'created_at_utc'],
  ['a word', 'PARTITION_KEY', 'customers'],
  ['nothing much', 'API_KEY', 'test123'],
])('%s is none, whatever it is called', (_, name, value) => {
  expect(secretsIn({ [name]: value })).toEqual([])
})

test('a password that looks like a path is one all the same', () => {
  expect(namesIn({ DB_PASSWORD: '/x7Q/pLm+2', AWS_SECRET_ACCESS_KEY: `/${'aB3'.repeat(13)}` })).toEqual([
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
  ])
})

test('a configuration is searched: for agents, for services, whatever it is nested in', () => {
  const config = {
    namespace: 'token-of-esteem',
    cliConfig: {
      models: [
        { cli: 'claude', env: { ANTHROPIC_API_KEY: 'first-account-1' } },
        { cli: 'claude', env: { ANTHROPIC_API_KEY: 'second-account-22', CLAUDE_HOME: '/home/dev/.claude' } },
      ],
    },
    telegram: { botToken: 'telegram-token-333', chatId: '123456789012' },
    openTelemetry: { headers: { Authorization: 'Bearer otel-secret-4444', 'x-api-key': 'otel-key-55555' } },
    plugins: [{ name: 'p', apiToken: 'plugin-token-666666', setup: () => undefined }],
  }
  expect(secretsInConfig(config)).toEqual([
    { name: 'PLUGINS_API_TOKEN', value: 'plugin-token-666666' },
    { name: 'TELEGRAM_BOT_TOKEN', value: 'telegram-token-333' },
    { name: 'ANTHROPIC_API_KEY', value: 'second-account-22' },
    { name: 'HEADERS_AUTHORIZATION', value: 'otel-secret-4444' },
    { name: 'ANTHROPIC_API_KEY', value: 'first-account-1' },
    { name: 'HEADERS_X_API_KEY', value: 'otel-key-55555' },
  ])
  const secrets = secretsInConfig(config)
  const env = { ANTHROPIC_API_KEY: 'first-account-1', OTHER_TOKEN: 'of-the-environment' }
  expect(secretsOf({ secrets }, env).filter(({ value }) => value === 'first-account-1')).toHaveLength(1)
  expect(secretsOf({ secrets }, env)).toContainEqual({ name: 'OTHER_TOKEN', value: 'of-the-environment' })
})
