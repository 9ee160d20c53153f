import type { ProviderAction, ProviderError, Transmitted } from '#machines/dispatch-contract.ts'

/** How far a mail had come when it failed: `data` once the server may have all of it. */
export type SmtpPhase = 'connecting' | 'login' | 'envelope' | 'data'

/** A failure as the SMTP client tells it. */
export interface SmtpFailure {
  readonly phase: SmtpPhase
  /** The server's reply, such as `550 5.1.1 No such user`; absent when it did not answer. */
  readonly response?: string
  /** A code such as `ECONNREFUSED`, where there was no reply. */
  readonly what: string
}

const laterMs = 60_000

/**
 * What became of a mail whose sending failed. 4xx: it was not taken and may be tried later. 5xx: it is refused. No reply after the data began: nobody
 * knows. Source: RFC 5321 and RFC 3463.
 */
export function transmittedAfter({ phase, response, what }: SmtpFailure): Transmitted {
  if (response === undefined) {
    if (phase === 'data')
      return { outcome: 'ambiguous', reason: `The mail server did not say whether it took it: ${what}.` }
    return { outcome: 'later', afterMs: laterMs, reason: `The mail server could not be reached: ${what}.` }
  }
  const code = Number(response.slice(0, 3))
  if (code >= 400 && code < 500) {
    return { outcome: 'later', afterMs: laterMs, reason: `The mail server asks to wait: ${oneLine(response)}` }
  }
  if (phase === 'login') {
    const reason = 'The mail server does not accept our user and password: put them in anew.'
    return { outcome: 'refused', action: 'stop-sender', code, reason }
  }
  return { outcome: 'refused', ...mailErrorOf(response) }
}

/** A refusal of a mail as what to do and why, from a server's reply or the diagnostic code of a bounce. */
export function mailErrorOf(response: string): ProviderError {
  const code = Number(/\b([45]\d\d)\b/u.exec(response)?.[1] ?? -1)
  const [action, reason] = meaningOf(/\b[45]\.\d{1,3}\.\d{1,3}\b/u.exec(response)?.[0], code, response)
  return { code, action, reason }
}

type Meaning = readonly [action: ProviderAction, reason: string]

function meaningOf(status: string | undefined, code: number, response: string): Meaning {
  const said = oneLine(response)
  const known = status === undefined ? undefined : meanings.find(([of]) => of.test(status))?.[1]
  if (known !== undefined) return known
  if (status === undefined && /user unknown|no such user|does not exist|unknown recipient/iu.test(response)) return gone
  if (code === 552) return full
  return ['give-up', `The mail server refused it: ${said}`]
}

const gone: Meaning = ['unreachable', 'There is no such address.']
const full: Meaning = ['give-up', 'The mailbox is full.']

const meanings: readonly (readonly [of: RegExp, meaning: Meaning])[] = [
  [/^5\.1\.(?:0|1|2|3|6|10)$/u, gone],
  [/^5\.2\.1$/u, ['unreachable', 'The mailbox is switched off.']],
  [/^5\.2\.2$/u, full],
  [/^5\.4\.4$/u, gone],
  [/^5\.[23]\.[34]$/u, ['give-up', 'The mail is too large for the mailbox.']],
  [
    /^5\.7\.(?:23|25|26|27)$/u,
    ['alert', 'The mail did not pass SPF, DKIM or DMARC: look at the health of the domain.'],
  ],
  [/^5\.7\.\d+$/u, ['alert', 'The mail server takes our mail for unwanted: look at the health of the domain.']],
]

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().slice(0, 200)
}
