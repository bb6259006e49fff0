/** What the address of a service may be. */
export const webAddressRule = 'an address that begins with http:// or https://'

/** Whether a text is the address of something that can be asked over HTTP. */
export function isWebAddress(given: string): boolean {
  return URL.canParse(given) && /^https?:\/\/[^/]/.test(given)
}
