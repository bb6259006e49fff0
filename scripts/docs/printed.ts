/** The note on a page that nobody should edit. */
export function printed(source: string): string {
  return `<!-- Printed from ${source} by \`npm run docs\`; a test fails when it is stale. -->`
}
