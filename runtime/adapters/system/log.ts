import { pino, type DestinationStream } from 'pino'
import type { JsonObject } from '../../json.ts'
import type { Log } from '../../ports/log.ts'

export interface SystemLogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Fields on every line, for example the node's name. */
  readonly fields?: JsonObject
  /** Where lines go; the standard output when absent. */
  readonly destination?: DestinationStream
}

/** Fields that are never printed, at the top, one or two levels down. A second line of defence: callers must not pass them. */
const secretFields = [
  'password',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'apiKey',
  'authorization',
  'cookie',
  'text',
]

/** Structured lines by pino: one JSON object a line, `time` in epoch milliseconds, secrets blotted out. */
export function createSystemLog(options: SystemLogOptions): Log {
  const paths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])
  const settings = { level: options.level, base: options.fields ?? {}, redact: { paths, censor: '[redacted]' } }
  const lines = options.destination === undefined ? pino(settings) : pino(settings, options.destination)
  return {
    debug: (message, fields) => lines.debug(fields ?? {}, message),
    info: (message, fields) => lines.info(fields ?? {}, message),
    warn: (message, fields) => lines.warn(fields ?? {}, message),
    error: (message, fields) => lines.error(fields ?? {}, message),
  }
}
