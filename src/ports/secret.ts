/** A value that must be shown to nobody, and the name that stands in its place. */
export type Secret = { readonly name: string; readonly value: string }
