import { createServer, type AddressInfo, type Socket } from 'node:net'

/** An IMAP server of ours: one user, one inbox, and as much of RFC 3501 and RFC 2177 as reading it takes. */
export interface ImapHouse {
  readonly port: number
  /** How often somebody has signed in. */
  readonly logins: number
  /** Connections that are open now. */
  readonly lines: number
  /** Puts a mail into the inbox, and tells whoever idles. */
  deliver(raw: string): void
  /** Numbers all mails anew, as a server does that was restored. */
  renumber(): void
  /** Breaks every connection. */
  hangUp(): void
  close(): Promise<void>
}

interface Kept {
  readonly uid: number
  readonly raw: Buffer
}

interface Line {
  readonly socket: Socket
  /** Tag of an IDLE that goes on. */
  idling?: string
  /** Tag of an AUTHENTICATE whose answer comes next. */
  authenticating?: string
}

/** Starts it on a free port. */
export async function startImapHouse(login: { readonly user: string; readonly password: string }): Promise<ImapHouse> {
  let mails: Kept[] = []
  let uidValidity = 1
  let uidNext = 1
  let logins = 0
  const lines = new Set<Line>()

  const select = (say: (text: string) => void): void => {
    say(`* ${mails.length} EXISTS`)
    say('* 0 RECENT')
    say('* FLAGS (\\Seen)')
    say(`* OK [UIDVALIDITY ${uidValidity}] ok`)
    say(`* OK [UIDNEXT ${uidNext}] ok`)
  }
  const search = (asked: string): readonly number[] => {
    const from = Number(/UID (\d+):\*/iu.exec(asked)?.[1] ?? 0)
    const found = mails.filter(({ uid }) => uid >= from)
    return (found.length === 0 && from > 0 ? mails.slice(-1) : found).map(({ uid }) => uid)
  }
  const fetched = (asked: string, socket: Socket): void => {
    const uids = new Set(rangeOf(asked.split(' ')[0] ?? ''))
    for (const [index, { uid, raw }] of mails.entries()) {
      if (!uids.has(uid)) continue
      socket.write(`* ${index + 1} FETCH (UID ${uid} INTERNALDATE "${dated(new Date())}" BODY[]<0> {${raw.length}}\r\n`)
      socket.write(raw)
      socket.write(')\r\n')
    }
  }
  const obey = (line: Line, text: string): void => {
    const say = (answer: string): void => void line.socket.write(`${answer}\r\n`)
    if (line.idling !== undefined) {
      if (text.toUpperCase() === 'DONE') say(`${line.idling} OK done`)
      delete line.idling
      return
    }
    if (line.authenticating !== undefined) {
      const [, user, password] = Buffer.from(text, 'base64').toString().split('\0')
      const right = user === login.user && password === login.password
      say(`${line.authenticating} ${right ? 'OK done' : 'NO [AUTHENTICATIONFAILED] no'}`)
      logins += right ? 1 : 0
      delete line.authenticating
      return
    }
    const [tag = '*', verb = '', ...rest] = text.split(' ')
    const done = (): void => say(`${tag} OK done`)
    switch (verb.toUpperCase()) {
      case 'CAPABILITY':
        say('* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN')
        return done()
      case 'AUTHENTICATE':
        line.authenticating = tag
        return say('+ ')
      case 'LIST':
        say('* LIST () "/" INBOX')
        return done()
      case 'SELECT':
      case 'EXAMINE':
        select(say)
        return done()
      case 'IDLE':
        line.idling = tag
        return say('+ idling')
      case 'UID': {
        const [what = '', ...asked] = rest
        if (what.toUpperCase() === 'SEARCH') say(`* SEARCH ${search(asked.join(' ')).join(' ')}`.trimEnd())
        else fetched(asked.join(' '), line.socket)
        return done()
      }
      case 'LOGOUT':
        say('* BYE bye')
        done()
        return void line.socket.end()
      default:
        return done()
    }
  }

  const server = createServer((socket) => {
    const line: Line = { socket }
    lines.add(line)
    let buffered = ''
    socket.on('error', () => undefined)
    socket.on('close', () => lines.delete(line))
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1')
      for (let end = buffered.indexOf('\r\n'); end !== -1; end = buffered.indexOf('\r\n')) {
        const text = buffered.slice(0, end)
        buffered = buffered.slice(end + 2)
        obey(line, text)
      }
    })
    socket.write('* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] ready\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const hangUp = (): void => {
    for (const { socket } of lines) socket.destroy()
  }
  return {
    port,
    get logins() {
      return logins
    },
    get lines() {
      return lines.size
    },
    deliver(raw) {
      mails.push({ uid: uidNext, raw: Buffer.from(raw.replace(/\r?\n/gu, '\r\n')) })
      uidNext += 1
      for (const { socket, idling } of lines) if (idling !== undefined) socket.write(`* ${mails.length} EXISTS\r\n`)
    },
    renumber() {
      uidValidity += 1
      mails = mails.map(({ raw }, index) => ({ uid: index + 1, raw }))
      uidNext = mails.length + 1
      hangUp()
    },
    hangUp,
    close: () =>
      new Promise((resolve) => {
        hangUp()
        server.close(() => resolve())
      }),
  }
}

function rangeOf(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split(':').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}

function dated(date: Date): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${day}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000`
}
