interface ErrorRow {
  readonly status: number
  readonly title: string
  readonly details: string
}

/** The errors the emulator gives, with Meta's titles. Source: whatsapp-and-lead-ads 6.11 and 6.14; statuses as Meta's table has them. */
export const graphErrors = {
  2: {
    status: 500,
    title: 'Service temporarily unavailable',
    details: 'Temporary due to downtime or due to being overloaded.',
  },
  100: {
    status: 400,
    title: 'Invalid parameter',
    details: 'The request included one or more unsupported or misspelled parameters.',
  },
  190: { status: 401, title: 'Invalid OAuth access token', details: 'The access token is missing or is not known.' },
  2200: { status: 400, title: 'Callback verification failed', details: 'The callback did not answer the challenge.' },
  130429: {
    status: 429,
    title: 'Rate limit hit',
    details:
      'Message failed to send because there were too many messages sent from this phone number in a short period of time',
  },
  131000: { status: 500, title: 'Something went wrong', details: 'Message failed to send due to an unknown error.' },
  131008: {
    status: 400,
    title: 'Required parameter is missing',
    details: 'The request is missing a required parameter.',
  },
  131009: { status: 400, title: 'Parameter value is not valid', details: 'One or more parameter values are invalid.' },
  131026: {
    status: 400,
    title: 'Message undeliverable',
    details: 'Unable to deliver message. The recipient phone number is not a WhatsApp phone number.',
  },
  131047: {
    status: 400,
    title: 'Re-engagement message',
    details: 'More than 24 hours have passed since the recipient last replied.',
  },
  131050: {
    status: 400,
    title: 'User has stopped marketing messages',
    details: 'The recipient has chosen to stop receiving marketing messages from this business.',
  },
  131053: { status: 400, title: 'Media upload error', details: 'Unable to upload the media used in the message.' },
  131056: {
    status: 429,
    title: '(Business Account, Consumer Account) pair rate limit hit',
    details:
      'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
  },
  132000: {
    status: 400,
    title: 'Number of parameters does not match the expected number of params',
    details: 'The number of variables differs from the number the template has.',
  },
  132001: {
    status: 404,
    title: 'Template name does not exist in the translation',
    details: 'There is no approved template of this name in this language.',
  },
  132005: {
    status: 400,
    title: 'Translated text too long',
    details: 'The text with its variables filled in is too long.',
  },
  132012: {
    status: 400,
    title: 'Parameter format does not match format in the created template',
    details: 'A variable has another format than the template.',
  },
  132015: { status: 400, title: 'Template is paused', details: 'The template is paused because of its low quality.' },
  132016: {
    status: 400,
    title: 'Template is disabled',
    details: 'The template was paused too often and is disabled for good.',
  },
} as const satisfies { readonly [code: number]: ErrorRow }

export type GraphCode = keyof typeof graphErrors

/** What a Graph call is refused with. `details` says which parameter, in words. */
export class GraphError extends Error {
  readonly code: GraphCode
  readonly details: string
  readonly headers: Readonly<Record<string, string>>

  constructor(code: GraphCode, details?: string, headers: Readonly<Record<string, string>> = {}) {
    super(`(#${code}) ${graphErrors[code].title}`)
    this.code = code
    this.details = details ?? graphErrors[code].details
    this.headers = headers
  }

  get status(): number {
    return graphErrors[this.code].status
  }

  /** Meta's body for it. */
  envelope(trace: string): object {
    const { message, code, details } = this
    const data = { messaging_product: 'whatsapp', details }
    return { error: { message, type: 'OAuthException', code, error_data: data, fbtrace_id: trace } }
  }
}

/** There is no object of this id, or it is not for this token: HTTP 400, code 100, subcode 33. */
export class UnknownObject extends GraphError {
  readonly #id: string

  constructor(id: string) {
    super(100)
    this.#id = id
  }

  override envelope(trace: string): object {
    const message = `Unsupported request. Object with ID '${this.#id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`
    return { error: { message, type: 'GraphMethodException', code: 100, error_subcode: 33, fbtrace_id: trace } }
  }
}

/** The token was good until it ran out: HTTP 401, code 190, subcode 463. */
export class ExpiredToken extends GraphError {
  constructor() {
    super(190)
  }

  override envelope(trace: string): object {
    const message = 'Error validating access token: Session has expired.'
    return { error: { message, type: 'OAuthException', code: 190, error_subcode: 463, fbtrace_id: trace } }
  }
}

/** An error as a status or an unsupported message carries it. */
export function webhookError(code: GraphCode): object {
  const { title, details } = graphErrors[code]
  return {
    code,
    title,
    message: title,
    error_data: { details },
    href: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes',
  }
}
