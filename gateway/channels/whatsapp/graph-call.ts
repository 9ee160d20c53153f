import type { JsonObject } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import { failureIn } from '../reached.ts'
import { parseExactly } from './exact-json.ts'
import { readBounded } from './read-bounded.ts'

/** Where Meta's Graph API is, and how long it may take. */
export interface GraphOptions {
  /** For example `https://graph.facebook.com`. */
  readonly baseUrl: string
  /** For example `v24.0`. */
  readonly version: string
  readonly fetch?: typeof fetch
  readonly clock: Clock
  /** One call, from its start to the last byte of its answer. */
  readonly timeoutMs: number
  /** The same where a file goes up or down; two minutes when absent. */
  readonly transferTimeoutMs?: number
}

interface With {
  readonly token: string
  readonly signal?: AbortSignal
}

/** One call to the Graph API. */
export interface GraphRequest extends With {
  readonly method: 'GET' | 'POST'
  /** The parts below the version, such as a phone number's id and `messages`. */
  readonly path: readonly string[]
  readonly query?: { readonly [name: string]: string }
  readonly body?: JsonObject | FormData
  readonly transfer?: 'file'
}

/** One call for a file. */
export interface FileRequest extends With {
  /** A whole address, as Meta gave it. The token goes there. */
  readonly address: string
}

/** What became of a call. Nothing in it holds the token. */
export type GraphReply =
  /** `body` is absent where it was no JSON. */
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly body?: unknown }
  /** `reached`: whether Meta may have acted on it all the same. */
  | { readonly kind: 'failed'; readonly reached: 'no' | 'maybe'; readonly reason: string }
  /** It was not made: no such token can exist. */
  | { readonly kind: 'no-token' }

/** A file's bytes, or what came in their place. */
export type FileReply =
  { readonly kind: 'file'; readonly bytes: Uint8Array } | { readonly kind: 'too-large' } | GraphReply

/** Makes calls to the Graph API. */
export interface GraphCall {
  readonly json: (request: GraphRequest) => Promise<GraphReply>
  /** Reads no more than `bytesMax`. */
  readonly file: (request: FileRequest, bytesMax: number) => Promise<FileReply>
  readonly baseUrl: string
  readonly nowMs: () => number
}

const answerBytesMax = 8 * 1024 * 1024
const defaultTransferMs = 120_000

/** Calls over HTTP. It follows no redirect, since the token would go along, and throws nothing. */
export function createGraphCall(options: GraphOptions): GraphCall {
  const { clock, timeoutMs, transferTimeoutMs: transferMs = defaultTransferMs } = options
  const fetched = fetchedWithin(options.fetch ?? fetch, clock)
  return {
    json: (request) => {
      const send = { address: addressOf(options, request), init: initOf(request), ...authorityOf(request) }
      const waitMs = request.transfer === undefined ? timeoutMs : transferMs
      return fetched({ ...send, waitMs }, (response) => answerOf(response, request.token))
    },
    file: (request, bytesMax) =>
      fetched({ ...request, init: {}, waitMs: transferMs }, async (response): Promise<FileReply> => {
        if (!response.ok) return answerOf(response, request.token)
        const bytes = await readBounded(response, bytesMax)
        return bytes === undefined ? { kind: 'too-large' } : { kind: 'file', bytes }
      }),
    baseUrl: options.baseUrl,
    nowMs: () => clock.nowMs(),
  }
}

function authorityOf({ token, signal }: With): With {
  return { token, ...(signal === undefined ? {} : { signal }) }
}

function addressOf({ baseUrl, version }: GraphOptions, { path, query = {} }: GraphRequest): string {
  const address = new URL([baseUrl.replace(/\/+$/u, ''), version, ...path.map(encodeURIComponent)].join('/'))
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return address.href
}

interface Init {
  readonly method?: string
  readonly body?: string | FormData
  readonly headers?: { readonly [name: string]: string }
}

function initOf({ method, body }: GraphRequest): Init {
  if (body === undefined || body instanceof FormData) return { method, ...(body === undefined ? {} : { body }) }
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

async function answerOf(response: Response, token: string): Promise<GraphReply> {
  const { status, headers, ok } = response
  const text = new TextDecoder().decode((await readBounded(response, answerBytesMax)) ?? new Uint8Array())
  const body = parseExactly(ok ? text : withoutToken(text, token))
  return { kind: 'answered', status, headers, ...(body === undefined ? {} : { body }) }
}

/** Meta quotes a malformed token in its error. JSON may write a slash with a stroke before it. */
function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '[token]').replaceAll(token.replaceAll('/', '\\/'), '[token]')
}

interface Sending extends FileRequest {
  readonly init: Init
  readonly waitMs: number
}

type Unanswered = Exclude<GraphReply, { readonly kind: 'answered' }>

function fetchedWithin(fetching: typeof fetch, clock: Clock) {
  return async <Reply>(sending: Sending, read: (response: Response) => Promise<Reply>): Promise<Reply | Unanswered> => {
    const { address, token, init, signal, waitMs } = sending
    // Of a token with a line break the platform would make an error that quotes it.
    if (!/^[\w.~+/|=-]+$/u.test(token)) return { kind: 'no-token' }
    if (isOff(signal)) return { kind: 'failed', reached: 'no', reason: 'It was called off before it began.' }
    const timeout = new AbortController()
    const cancel = clock.schedule(clock.nowMs() + waitMs, () => timeout.abort())
    try {
      const response = await fetching(address, {
        ...init,
        redirect: 'manual',
        headers: { ...init.headers, authorization: `Bearer ${token}` },
        signal: AbortSignal.any([timeout.signal, ...(signal === undefined ? [] : [signal])]),
      })
      return await read(response)
    } catch (error) {
      if (isOff(timeout.signal)) return broken(`Meta did not answer within ${waitMs} ms.`)
      return isOff(signal) ? broken('It was called off while it ran.') : failureOf(error)
    } finally {
      cancel()
    }
  }
}

function isOff(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function failureOf(error: unknown): Unanswered {
  const { reached, what } = failureIn(error)
  if (reached === 'maybe') return broken(`The call to Meta broke off: ${what}.`)
  return { kind: 'failed', reached, reason: `Meta could not be reached: ${what}.` }
}

function broken(reason: string): Unanswered {
  return { kind: 'failed', reached: 'maybe', reason }
}
