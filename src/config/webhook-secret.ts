/** What a secret of the webhook may be. */
export const webhookSecretRule = 'whsec_ and at least 24 bytes in base64'

/** Whether messages can be signed with a text: by a shorter one, or one that is not base64, nobody could check them. */
export function isWebhookSecret(given: string): boolean {
  const base64 = given.replace(/^whsec_/, '')
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && Buffer.from(base64, 'base64').length >= 24
}
