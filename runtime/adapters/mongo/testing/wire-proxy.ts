import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { BSON } from 'mongodb'

/**
 * What becomes of a command: it passes; the line is cut before it arrives; it arrives and the answer is lost; another answers it; or it waits on
 * its way, as all after it on its line.
 */
export type Fate =
  | 'pass'
  | 'cut'
  | 'lose'
  | { readonly until: Promise<void> }
  | { readonly answer: { readonly [field: string]: unknown } }

const headerBytes = 16
const messageKind = 2013
/** What greetings come in, and are answered with: the older form. */
const queryKind = 2004
const replyKind = 1

/** A proxy that speaks the database's protocol well enough to know each command by its name. */
export class WireProxy {
  /** Asked of every command that is no greeting; a test sets it. */
  fate: (command: string) => Fate = () => 'pass'
  /** What servers say of themselves, when it is not to be the truth. */
  greeting: { readonly [field: string]: unknown } | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #target: URL

  constructor(target: string) {
    this.#target = new URL(target)
    this.#server = createServer((client) => this.#serve(client))
  }

  /** Listens, on a free port unless one is named, and answers its address. */
  async start(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    return `mongodb://127.0.0.1:${address.port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname)
    const end = (): void => void [client.destroy(), server.destroy()]
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    let losing = false
    server.on('data', (data) => (losing ? end() : client.write(data)))
    let onTheWay = Promise.resolve()
    const forward = (message: Buffer): void => {
      const fate = this.#fateOf(message)
      if (fate === 'cut') return end()
      if (fate === 'lose') losing = true
      if (typeof fate === 'object' && 'answer' in fate) return void client.write(answerTo(message, fate.answer))
      if (typeof fate === 'object') onTheWay = onTheWay.then(() => fate.until)
      onTheWay = onTheWay.then(() => void server.write(message))
    }
    let waiting: Buffer = Buffer.alloc(0)
    client.on('data', (data) => {
      waiting = Buffer.concat([waiting, data])
      while (waiting.length >= headerBytes && waiting.length >= waiting.readInt32LE(0)) {
        const bytes = waiting.readInt32LE(0)
        forward(waiting.subarray(0, bytes))
        waiting = waiting.subarray(bytes)
      }
    })
  }

  #fateOf(message: Buffer): Fate {
    if (message.readInt32LE(12) !== messageKind) return this.greeting === undefined ? 'pass' : { answer: this.greeting }
    const command = commandIn(message)
    if (command !== 'hello' && command !== 'ismaster') return this.fate(command)
    return this.greeting === undefined ? 'pass' : { answer: this.greeting }
  }
}

/** The first name in the message's first section, which is the command's. */
function commandIn(message: Buffer): string {
  const name = headerBytes + 4 + 1 + 4 + 1
  return message.subarray(name, message.indexOf(0, name)).toString()
}

function answerTo(message: Buffer, answer: { readonly [field: string]: unknown }): Buffer {
  const body = BSON.serialize(answer)
  const older = message.readInt32LE(12) === queryKind
  // Flags and the section's kind; or flags, a cursor, where it begins, and the number of documents.
  const head = Buffer.alloc(headerBytes + (older ? 4 + 8 + 4 + 4 : 4 + 1))
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(message.readInt32LE(4), 8)
  head.writeInt32LE(older ? replyKind : messageKind, 12)
  if (older) head.writeInt32LE(1, head.length - 4)
  return Buffer.concat([head, body])
}
