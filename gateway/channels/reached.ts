/** Failures of looking a name up, of connecting and of TLS: all before the first byte of a request. */
const unreached =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|ERR_(?:TLS|SSL)\w*|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/u

/** How a call over the network failed: `reached` is `no` only where nothing can have come to the other side. `what` is a code, never an address. */
export function failureIn(error: unknown): { readonly reached: 'no' | 'maybe'; readonly what: string } {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = textIn(cause, 'code')
  const connecting = unreached.test(code) || ['connect', 'getaddrinfo'].includes(textIn(cause, 'syscall'))
  return { reached: connecting ? 'no' : 'maybe', what: code === '' ? 'the connection broke' : code }
}

function textIn(error: unknown, key: 'code' | 'syscall'): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
  return typeof value === 'string' ? value : ''
}
