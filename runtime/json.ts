/** Any value that survives JSON unchanged. Everything that crosses a port or is journaled is one of these. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object. Absent fields are absent: a value of `undefined` never crosses a port. */
export type JsonObject = { readonly [key: string]: Json }
