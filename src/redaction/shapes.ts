/** What secrets of well-known services look like, as the source of a regular expression without groups. */
export type Shape = {
  /** Stands in the secret's place. */
  readonly name: string
  readonly pattern: string
}

/**
 * Tokens that are known by their looks, whoever holds them. Each has a beginning that nothing else has: a shape
 * that is only long and random would take commit hashes, digests and ids with it.
 */
export const shapes: readonly Shape[] = [
  { name: 'GITHUB_TOKEN', pattern: 'gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{36,255}' },
  { name: 'GITLAB_TOKEN', pattern: 'glpat-[A-Za-z0-9_-]{20,64}' },
  { name: 'ANTHROPIC_KEY', pattern: 'sk-ant-[A-Za-z0-9_-]{24,200}' },
  {
    name: 'OPENAI_KEY',
    pattern: 'sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,300}|sk-[A-Za-z0-9]{40,64}(?![A-Za-z0-9_-])',
  },
  { name: 'OPENROUTER_KEY', pattern: 'sk-or-v1-[0-9a-f]{64}' },
  {
    name: 'GOOGLE_KEY',
    pattern: 'AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{30,2000}|GOCSPX-[A-Za-z0-9_-]{28}',
  },
  { name: 'AWS_KEY_ID', pattern: '(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])' },
  {
    name: 'AWS_SECRET_KEY',
    pattern: 'aws_secret_access_key["\']?[ ]{0,3}[=:][ ]{0,3}["\']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])',
  },
  {
    name: 'SLACK_TOKEN',
    pattern: 'xox[abeoprs]-[A-Za-z0-9-]{20,250}|xapp-[0-9]-[A-Za-z0-9-]{20,250}',
  },
  {
    name: 'SLACK_WEBHOOK',
    pattern: 'https://hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,120}',
  },
  { name: 'TELEGRAM_TOKEN', pattern: '[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])' },
  {
    name: 'DISCORD_WEBHOOK',
    pattern:
      'https://(?:(?:ptb|canary)\\.)?discord(?:app)?\\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}',
  },
  { name: 'STRIPE_KEY', pattern: '[sr]k_(?:live|test)_[A-Za-z0-9]{24,120}' },
  { name: 'NPM_TOKEN', pattern: 'npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])' },
  { name: 'HUGGINGFACE_TOKEN', pattern: 'hf_[A-Za-z]{34}(?![A-Za-z0-9])' },
  { name: 'JWT', pattern: 'eyJ[A-Za-z0-9_-]{10,4000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{16,1000}' },
  {
    name: 'PRIVATE_KEY',
    pattern:
      '-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----[^]{16,16384}?-----END (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----',
  },
]
