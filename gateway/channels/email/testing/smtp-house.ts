import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail that the server took. */
export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
}

/** What happens to the next mail instead of taking it. `lost`: all of it is there, and the connection breaks before the server says so. */
export type SmtpTrouble = 'lost' | { readonly at: 'rcpt' | 'data'; readonly code: number; readonly text: string }

/** An SMTP server of ours: one user, and troubles on demand. */
export interface SmtpHouse {
  readonly port: number
  readonly taken: readonly TakenMail[]
  trouble(next: SmtpTrouble): void
  close(): Promise<void>
}

/** Starts it on a free port. */
export async function startSmtpHouse(login: { readonly user: string; readonly password: string }): Promise<SmtpHouse> {
  const taken: TakenMail[] = []
  let trouble: SmtpTrouble | undefined
  const troubleAt = (at: 'rcpt' | 'data'): Error | undefined => {
    const now = trouble
    if (now === undefined || now === 'lost' || now.at !== at) return undefined
    trouble = undefined
    return Object.assign(new Error(now.text), { responseCode: now.code })
  }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const known = username === login.user && password === login.password
      done(known ? null : new Error('535 5.7.8 no'), known ? { user: login.user } : undefined)
    },
    onRcptTo(_address, _session, done) {
      done(troubleAt('rcpt') ?? null)
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const failed = troubleAt('data')
        if (failed !== undefined) return done(failed)
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        taken.push({ from, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() })
        if (trouble !== 'lost') return done(null, 'queued')
        trouble = undefined
        for (const connection of server.connections) connection.close()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    taken,
    trouble: (next) => void (trouble = next),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
