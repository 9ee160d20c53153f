import { ImapFlow } from 'imapflow'
import { PrivateHostError, type HostFinder, type ReachedHost } from '../../connections/public-host.ts'
import type { MailAccount } from './mail-account.ts'

/** One mail as the server keeps it. */
export interface KeptMail {
  readonly uid: number
  readonly raw: Uint8Array
  /** When the server got it, where it says so. */
  readonly receivedAtMs?: number
}

/** The inbox of an account, held open. Its members reject once the connection is gone. */
export interface OpenInbox {
  /** Changes when the server has numbered its mails anew. */
  readonly uidValidity: string
  /** The number the next mail gets at least. */
  readonly uidNext: number
  /** The mails from a number on, in order, `most` at most. */
  from(uid: number, most: number): Promise<readonly KeptMail[]>
  /** The number of the first mail the server got since the day of an instant; `uidNext` when there is none. */
  since(atMs: number): Promise<number>
  /** Resolves when the server says that something is new, or at once when it has said so since `from` was called last. */
  changed(): Promise<void>
  /** Asks the server whether something is new; what is, `changed` tells. */
  look(): Promise<void>
  close(): void
}

/** The way to mail servers' inboxes. No password is in any error. */
export interface ImapLine {
  /** Rejects with an `Error` in words when the server can't be reached or does not let us in. */
  open(account: MailAccount): Promise<OpenInbox>
}

/** A mail of more bytes is taken in up to here. */
const rawMax = 4 * 1024 * 1024

/** A line that waits `timeoutMs` for each of the server's words. Nothing is marked as read. */
export function createImapLine({
  timeoutMs,
  find,
}: {
  readonly timeoutMs: number
  readonly find: HostFinder
}): ImapLine {
  return {
    async open({ settings, secrets }) {
      const { imapHost, imapPort: port, imapSecurity: security, imapUser: user } = settings
      const { host, servername } = await found(find, imapHost)
      const client = new ImapFlow({
        host,
        port,
        ...(servername === undefined ? {} : { servername }),
        secure: security === 'tls',
        ...(security === 'tls' ? {} : { doSTARTTLS: security === 'starttls' }),
        auth: { user, pass: secrets.imapPassword },
        logger: false,
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
      })
      try {
        return await opened(client)
      } catch (error) {
        client.close()
        throw new Error(wordsOf(error), { cause: error })
      }
    },
  }
}

async function found(find: HostFinder, name: string): Promise<ReachedHost> {
  try {
    return await find(name)
  } catch (error) {
    throw error instanceof PrivateHostError ? error : new Error(wordsOf(error), { cause: error })
  }
}

async function opened(client: ImapFlow): Promise<OpenInbox> {
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => undefined)
  client.on('error', (error: Error) => gone.reject(new Error(wordsOf(error))))
  client.on('close', () => gone.reject(new Error('The mail server closed the connection.')))
  let news = Promise.withResolvers<void>()
  client.on('exists', () => news.resolve())
  const alive = <Value>(doing: Promise<Value>): Promise<Value> => Promise.race([doing, gone.promise])
  await alive(client.connect())
  const { uidValidity, uidNext } = await alive(client.mailboxOpen('INBOX', { readOnly: true }))
  return {
    uidValidity: String(uidValidity),
    uidNext,
    from(uid, most) {
      news = Promise.withResolvers<void>()
      return alive(fetched(client, uid, most))
    },
    async since(atMs) {
      const found = await alive(client.search({ since: new Date(atMs) }, { uid: true }))
      return found === false || found === undefined ? uidNext : Math.min(uidNext, ...found)
    },
    changed: () => alive(news.promise),
    look: () => alive(client.noop()),
    close: () => client.close(),
  }
}

async function fetched(client: ImapFlow, uid: number, most: number): Promise<readonly KeptMail[]> {
  const found = await client.search({ uid: `${uid}:*` }, { uid: true })
  // Of a range that is empty a server gives the last mail there is.
  const uids = (found === false || found === undefined ? [] : found).filter((each) => each >= uid).slice(0, most)
  if (uids.length === 0) return []
  const mails: KeptMail[] = []
  const query = { uid: true, internalDate: true, source: { maxLength: rawMax } }
  for await (const each of client.fetch(uids.join(','), query, { uid: true })) {
    if (each.source === undefined) continue
    const receivedAtMs = each.internalDate === undefined ? Number.NaN : new Date(each.internalDate).getTime()
    const received = Number.isNaN(receivedAtMs) ? {} : { receivedAtMs }
    mails.push({ uid: each.uid, raw: each.source, ...received })
  }
  return mails.toSorted((one, other) => one.uid - other.uid)
}

function wordsOf(error: unknown): string {
  const field = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined)
  if (field('authenticationFailed') === true) return 'The mail server does not accept our user and password.'
  const code = field('code')
  return `The mail server could not be reached: ${typeof code === 'string' ? code : 'the connection broke'}.`
}
