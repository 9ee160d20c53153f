import type { JsonObject } from '../json.ts'

/** Structured lines. Never give it a secret or a message's text. */
export interface Log {
  debug(message: string, fields?: JsonObject): void
  info(message: string, fields?: JsonObject): void
  warn(message: string, fields?: JsonObject): void
  error(message: string, fields?: JsonObject): void
}
