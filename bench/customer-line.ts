import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicMessage } from '#gateway/protocol.ts'
import { standingAfter, type Standing } from './transcript-judge.ts'
import { connectVisitor, type Visitor } from './visitor.ts'

/** Where a crowd's customers come in, and until when. */
export interface Crowd {
  /** Addresses of the gateways: whoever loses one goes to the next. */
  readonly doors: readonly string[]
  readonly workspace: string
  /** In [0, 1). */
  readonly random: () => number
  /** A moment of `performance.now()`. Finite once the last fault is over: nobody begins anything more, and waits for outcomes until then. */
  settleByMs: number
}

/** One conversation of a crowd's, and what is known of it outside. */
export interface Chat {
  readonly name: string
  token?: string
  conversation?: string
  /** Client ids of acknowledged messages with the number they were given, those of members too. */
  readonly accepted: Map<string, number>
  /** What any client was shown under each number. */
  readonly shown: Map<number, string>
  /** From saying something to its outcome, milliseconds. */
  readonly waitedMs: number[]
  connections: number
  /** What anybody saw go wrong. */
  readonly wrong: string[]
}

/** A conversation that nobody has begun. */
export function newChat(name: string): Chat {
  return { name, accepted: new Map(), shown: new Map(), waitedMs: [], connections: 0, wrong: [] }
}

/** Keeps what a client is shown; a number that two clients, or one at two times, are shown differently is a broken promise. */
export function keepShown(chat: Chat, { n, author, text }: Pick<PublicMessage, 'n' | 'text'> & Authored): void {
  const line = JSON.stringify([author.kind, text])
  const before = chat.shown.get(n)
  if (before === undefined) chat.shown.set(n, line)
  else if (before !== line) chat.wrong.push(`${chat.name}: message ${n} was shown as ${before} and as ${line}`)
}

interface Authored {
  readonly author: { readonly kind: PublicMessage['author']['kind'] }
}

const againMs = 100
/** Who sees nothing for so long comes in anew. */
const lookMs = 20_000

/**
 * One customer's connection, made again at the next gateway whenever it breaks. Owns the visitor.
 * 1. Only one connection of a line is open at a time.
 * 2. What is not acknowledged is said again under its client id.
 */
export class CustomerLine {
  readonly #chat: Chat
  readonly #crowd: Crowd
  #visitor: Visitor | undefined
  #door: number

  /** `door`: the gateway to begin at. */
  constructor(chat: Chat, crowd: Crowd, door = 0) {
    this.#chat = chat
    this.#crowd = crowd
    this.#door = door
  }

  /** Repeats a message until it is acknowledged; given up only long after the last fault. */
  async say(clientId: string, text: string): Promise<void> {
    const { accepted, wrong } = this.#chat
    while (performance.now() < this.#crowd.settleByMs) {
      const reply = await this.#reached((visitor) => visitor.command({ type: 'message.send', clientId, text }))
      if (reply?.ok === true) return void accepted.set(clientId, reply.value.n)
      if (reply?.ok === false && reply.error.retry === 'never')
        return void wrong.push(`${clientId}: refused: ${reply.error.code} ${reply.error.message}`)
      await sleep(reply?.ok === false ? (reply.error.retryAfterMs ?? againMs) : againMs)
    }
    wrong.push(`${clientId}: never acknowledged`)
  }

  /** Asks for a person until that is acknowledged. */
  async askForPerson(): Promise<void> {
    while (performance.now() < this.#crowd.settleByMs) {
      const reply = await this.#reached((visitor) => visitor.command({ type: 'person.request' }))
      if (reply?.ok === true) return
      await sleep(againMs)
    }
    this.#chat.wrong.push(`${this.#chat.name}: the wish for a person was never acknowledged`)
  }

  /** Waits until everything said has its answer or is with people. False when that takes too long. */
  async outcome(): Promise<boolean> {
    const { accepted, name, waitedMs, wrong } = this.#chat
    const beganMs = performance.now()
    const said = Math.max(0, ...accepted.values())
    const there = ({ messages }: Visitor): boolean =>
      (messages.at(-1)?.n ?? 0) >= said && standingAfter(messages).owed.every(({ waits }) => !waits)
    while (performance.now() < this.#crowd.settleByMs) {
      const seen = await this.#reached((visitor) => visitor.until(() => there(visitor), lookMs).then(() => true))
      if (seen !== true) continue
      waitedMs.push(performance.now() - beganMs)
      return true
    }
    wrong.push(`${name}: message ${said} was not answered in time`)
    return false
  }

  /** Stays for a while and looks on. */
  async look(forMs: number): Promise<void> {
    const untilMs = performance.now() + forMs
    for (let leftMs = forMs; leftMs > 0; leftMs = untilMs - performance.now()) {
      const most = leftMs
      await this.#reached(({ gone }) => sleep(most, undefined, { signal: gone }))
    }
  }

  /** Where the conversation stands, as far as this line has seen. */
  standing(): Standing {
    return standingAfter(this.#visitor?.messages ?? [])
  }

  /** Ends the connection, and holds it to its word: what it showed was numbered without a gap, and as everybody else was shown it. */
  close(): void {
    const visitor = this.#visitor
    this.#visitor = undefined
    if (visitor === undefined) return
    visitor.close()
    const numbers = visitor.messages.map(({ n }) => n)
    if (numbers.some((n, index) => n !== index + 1))
      this.#chat.wrong.push(`${this.#chat.name}: the customer was shown ${numbers.join(' ')}`)
    for (const message of visitor.messages) keepShown(this.#chat, message)
  }

  /** Runs something on a connection, a new one when there is none; `undefined` when it broke meanwhile. */
  async #reached<Result>(work: (visitor: Visitor) => Promise<Result>): Promise<Result | undefined> {
    try {
      this.#visitor ??= await this.#connected()
      return await work(this.#visitor)
    } catch {
      this.close()
      this.#door += 1
      await sleep(againMs)
      return undefined
    }
  }

  async #connected(): Promise<Visitor> {
    const { doors, workspace } = this.#crowd
    const visitor = await connectVisitor(doors[this.#door % doors.length] ?? '', workspace, this.#chat.token)
    this.#chat.token = visitor.token
    this.#chat.conversation = visitor.conversation
    this.#chat.connections += 1
    return visitor
  }
}
