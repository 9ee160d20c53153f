import type { Owner } from '#machines/conversation-contract.ts'
import { RuntimeError, type RuntimeErrorCode } from '#runtime/errors.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import type { ErrorCode, ProblemReport } from './protocol.ts'

/** Every code with its HTTP status, when to try again, and the words used when there are none better. A test holds it against the README. */
export const errorTable: {
  readonly [code in ErrorCode]: {
    readonly status: number
    readonly retry: ProblemReport['retry']
    readonly message: string
  }
} = {
  invalid: { status: 422, retry: 'never', message: 'The request does not have the shape it must have.' },
  unauthenticated: { status: 401, retry: 'never', message: 'Sign in first, or again.' },
  forbidden: { status: 403, retry: 'never', message: 'Your role does not allow this.' },
  'not-found': { status: 404, retry: 'never', message: 'There is no such thing here.' },
  refused: { status: 409, retry: 'never', message: 'The conversation is not in a state that allows this.' },
  'rate-limited': { status: 429, retry: 'later', message: 'Too many requests: wait and try again.' },
  'too-large': { status: 413, retry: 'never', message: 'This is larger than what is accepted.' },
  'unknown-command': { status: 400, retry: 'never', message: 'This command is not known here.' },
  'protocol-unsupported': { status: 426, retry: 'never', message: 'Reload the page: it speaks another version.' },
  busy: { status: 503, retry: 'later', message: 'The server has more work than it can take: try again soon.' },
  unavailable: { status: 503, retry: 'later', message: 'A part of the server cannot be reached: try again soon.' },
  timeout: { status: 504, retry: 'now', message: 'This took too long: try again, it will not be done twice.' },
  conflict: {
    status: 409,
    retry: 'never',
    message: 'This has been used for something else, or has changed meanwhile.',
  },
  internal: { status: 500, retry: 'later', message: 'Something went wrong on our side. It has been logged.' },
}

interface Detail {
  readonly retryAfterMs?: number
  readonly refusal?: { readonly code: string; readonly owner?: Owner }
  readonly details?: readonly string[]
}

/** The one shape in which every error leaves the house. */
export function problem(code: ErrorCode, message?: string, detail: Detail = {}): ProblemReport {
  const row = errorTable[code]
  return { code, message: message ?? row.message, retry: row.retry, ...detail }
}

/** Thrown by whoever answers a client; the edge turns it into a reply or a response. Everything else thrown becomes `internal`. */
export class GatewayError extends Error {
  readonly problem: ProblemReport

  constructor(code: ErrorCode, message?: string, detail: Detail = {}) {
    const report = problem(code, message, detail)
    super(report.message)
    this.name = 'GatewayError'
    this.problem = report
  }
}

/** The problem behind anything thrown. Unknown errors keep their details for the log: a client learns only that it was us. */
export function problemOf(error: unknown): ProblemReport {
  if (error instanceof GatewayError) return error.problem
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'))
    return problem('timeout')
  if (error instanceof RuntimeError) return runtimeProblem(error)
  if (error instanceof StorageError) {
    return error.code === 'cursor-refused' ? problem('invalid', error.message) : problem('unavailable')
  }
  return problem('internal')
}

/** What a client learns of a refusal of the runtime's. Its words name addresses of ours, so they stay in the log. */
function runtimeProblem({ code }: RuntimeError): ProblemReport {
  return problem(runtimeCodes[code] ?? 'internal')
}

const runtimeCodes: { readonly [code in RuntimeErrorCode]?: ErrorCode } = {
  busy: 'busy',
  stopped: 'unavailable',
  'bad-event': 'invalid',
  'reserved-event': 'invalid',
  'event-too-large': 'too-large',
  'no-such-actor': 'not-found',
  'no-such-dead-letter': 'not-found',
  'dead-letter-settled': 'conflict',
}
