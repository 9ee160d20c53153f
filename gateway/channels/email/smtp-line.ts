import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import SmtpConnection from 'nodemailer/lib/smtp-connection'
import type { Transmitted } from '#machines/dispatch-contract.ts'
import { PrivateHostError, type HostFinder, type ReachedHost } from '../../connections/public-host.ts'
import type { MailDraft } from './compose-mail.ts'
import type { MailAccount } from './mail-account.ts'
import { transmittedAfter, type SmtpPhase } from './smtp-errors.ts'

/** The way out to mail servers. Nothing is tried twice, nothing is thrown, and no password is in any answer. */
export interface SmtpLine {
  /** Hands a mail over, once. Accepted means that the server took it, not that it arrived. */
  send(account: MailAccount, draft: MailDraft, signal?: AbortSignal): Promise<Transmitted>
  /** Signs in and says good-bye: `accepted` where that works. */
  tryLogin(account: MailAccount): Promise<Transmitted>
}

/** How a line goes about it: `timeoutMs` for each of the server's words, and to which servers it goes. */
export interface SmtpLineOptions {
  readonly timeoutMs: number
  readonly find: HostFinder
}

/** A line to the servers that are found. */
export function createSmtpLine(options: SmtpLineOptions): SmtpLine {
  return {
    async send(account, draft, signal) {
      if (signal?.aborted === true)
        return { outcome: 'later', afterMs: 1000, reason: 'It was called off before it began.' }
      const raw = await new MailComposer({ ...draft, disableFileAccess: true, disableUrlAccess: true })
        .compile()
        .build()
      return talk(account, options, { raw, draft, ...(signal && { signal }) })
    },
    tryLogin: (account) => talk(account, options, undefined),
  }
}

interface Mail {
  readonly raw: Buffer
  readonly draft: MailDraft
  readonly signal?: AbortSignal
}

async function talk(account: MailAccount, options: SmtpLineOptions, mail: Mail | undefined): Promise<Transmitted> {
  try {
    return await talkTo(await options.find(account.settings.smtpHost), account, { ...options, mail })
  } catch (error) {
    if (error instanceof PrivateHostError) {
      return { outcome: 'refused', action: 'stop-sender', code: 0, reason: error.message }
    }
    return transmittedAfter({ phase: 'connecting', what: whatIn(error) })
  }
}

async function talkTo(
  { host, servername }: ReachedHost,
  account: MailAccount,
  { timeoutMs, mail }: { readonly timeoutMs: number; readonly mail: Mail | undefined },
): Promise<Transmitted> {
  const { smtpPort: port, smtpSecurity: security, smtpUser: user } = account.settings
  const connection = new SmtpConnection({
    host,
    port,
    ...(servername === undefined ? {} : { tls: { servername } }),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  })
  let phase: SmtpPhase = 'connecting'
  const broken = new Promise<never>((_, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('the connection broke')))
    mail?.signal?.addEventListener('abort', () => reject(new Error('it was called off')), { once: true })
  })
  // Whoever lost the race has been told already.
  broken.catch(() => undefined)
  const within = <Value>(doing: (done: (error: Error | null | undefined, value?: Value) => void) => void) =>
    Promise.race([
      new Promise<Value | undefined>((resolve, reject) =>
        doing((error, value) => (error ? reject(error) : resolve(value))),
      ),
      broken,
    ])
  try {
    await within((done) => connection.connect(done))
    phase = 'login'
    await within((done) => connection.login({ user, pass: account.secrets.smtpPassword }, done))
    if (mail === undefined) {
      connection.quit()
      return { outcome: 'accepted', providerId: '' }
    }
    phase = 'envelope'
    const { draft, raw } = mail
    // The client asks for the mail's first byte only once the server has said that it will take it.
    const body = Readable.from(
      whenRead(raw, () => (phase = 'data')),
      { objectMode: false },
    )
    const envelope = { from: account.settings.account, to: [draft.to], size: raw.length }
    await within((done) => connection.send(envelope, body, done))
    connection.quit()
    return { outcome: 'accepted', providerId: draft.messageId }
  } catch (error) {
    connection.close()
    return transmittedAfter({ phase, what: whatIn(error), ...responseIn(error) })
  }
}

function* whenRead(raw: Buffer, read: () => void): Generator<Buffer> {
  read()
  yield raw
}

function responseIn(error: unknown): { readonly response?: string } {
  const response = fieldIn(error, 'response')
  return /^[2-5]\d\d\b/u.test(response) ? { response } : {}
}

function whatIn(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = fieldIn(cause, 'code') || fieldIn(error, 'code')
  return code === '' ? 'the connection broke' : code
}

function fieldIn(error: unknown, key: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
  return typeof value === 'string' ? value : ''
}
