import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicMessage } from '#gateway/protocol.ts'
import { inspectJournal } from './crash-journal.ts'
import { judgeTranscript } from './crash-judge.ts'
import { startAndKill, startServer, type ServerProcess } from './server-process.ts'
import { connectVisitor, type Visitor } from './visitor.ts'

export interface CrashReport {
  readonly kills: number
  /** Of the kills, those that struck while the server was still starting. */
  readonly killsWhileStarting: number
  readonly conversations: number
  readonly messages: number
  readonly answered: number
  readonly handedOver: number
  /** Steps in the journal at the end, and how many of them were timers that fired. */
  readonly steps: number
  readonly timersFired: number
  /** From starting a process to ready, the slowest of all starts, milliseconds. */
  readonly slowestStartMs: number
  /** Every broken promise: lost, doubled, unanswered, out of number. */
  readonly wrong: readonly string[]
}

export interface CrashOptions {
  readonly dataFolder: string
  readonly port: number
  readonly workspace: string
  readonly kills: number
  readonly visitors: number
  /** In [0, 1): when to strike and what to say. */
  readonly random: () => number
  onKill?(kill: number): void
}

const sayings = [
  '3 bhk in whitefield under 1.2 crore',
  "what's the emi on the first one with 20% down",
  '2 bhk chahiye 80 lakh ke andar',
  'hello there',
  'any villa in pune',
  'is it near a school',
  'what is rera?',
]

/** After its last crash the server has this long to answer what it accepted. */
const settleWithinMs = 60_000
/** How many times in a hundred the server is killed again while it starts, and how many a customer says two things at once. */
const share = { whileStarting: 25, burst: 20 }

/**
 * A crowd chats while the server is killed again and again (`kill -9`), also while it starts, and started anew on the same folder and port.
 * Every customer keeps its token, repeats what was not acknowledged, as the widget does, and waits for each outcome. At the end the transcripts
 * are judged from outside and the journal from inside.
 */
export async function crashCrowd(options: CrashOptions): Promise<CrashReport> {
  const strike = { server: await startServer(options), whileStarting: 0, slowestStartMs: 0 }
  const house: Crowd = {
    url: strike.server.url,
    workspace: options.workspace,
    random: options.random,
    settleByMs: Number.POSITIVE_INFINITY,
  }
  const chats: Chat[] = []
  const crowd = Array.from({ length: options.visitors }, (_, index) => visitAgainAndAgain(index, chats, house))
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(100 + options.random() * 1200)
      strike.whileStarting += await killAndRestart(strike, options, kill)
      options.onKill?.(kill + 1)
    }
    house.settleByMs = performance.now() + settleWithinMs
    await Promise.all(crowd)
    return await judge(chats, strike, options)
  } finally {
    house.settleByMs = 0
    strike.server.child.kill('SIGKILL')
  }
}

async function killAndRestart(
  strike: { server: ServerProcess; slowestStartMs: number },
  options: CrashOptions,
  kill: number,
): Promise<number> {
  await strike.server.kill()
  const again = options.random() * 100 < share.whileStarting && kill > 0
  if (again) await startAndKill(options, options.random() * strike.server.startedInMs)
  strike.server = await startServer(options)
  strike.slowestStartMs = Math.max(strike.slowestStartMs, strike.server.startedInMs)
  return again ? 1 : 0
}

interface Crowd {
  readonly url: string
  readonly workspace: string
  readonly random: () => number
  /** Finite once the last crash is over: nobody begins anything more, and waits for outcomes until then. */
  settleByMs: number
}

/** One conversation of the crowd's and what its customer knows. */
interface Chat {
  readonly name: string
  token?: string
  /** Client ids of acknowledged messages with the number they were given. */
  readonly accepted: Map<string, number>
  /** What the customer saw go wrong. */
  readonly wrong: string[]
}

async function visitAgainAndAgain(visitor: number, chats: Chat[], crowd: Crowd): Promise<void> {
  for (let visit = 0; crowd.settleByMs === Number.POSITIVE_INFINITY; visit++) {
    const chat: Chat = { name: `v${visitor}-${visit}`, accepted: new Map(), wrong: [] }
    chats.push(chat)
    await talk(chat, crowd)
  }
}

/** Says up to four things, each until acknowledged and then until answered; ends early once handed over. */
async function talk(chat: Chat, crowd: Crowd): Promise<void> {
  const line = new Line(chat, crowd)
  for (let index = 0; index < 4 && crowd.settleByMs === Number.POSITIVE_INFINITY; index++) {
    const parts = crowd.random() * 100 < share.burst ? ['a', 'b'] : ['a']
    for (const part of parts) await line.say(`${chat.name}-${index}${part}`, pick(sayings, crowd.random))
    if (!(await line.outcome())) break
    if (line.handedOver()) break
  }
  line.close()
}

/** One customer's connection, made again whenever it breaks. Owns the visitor. 1. Only one connection of a chat is open at a time. */
class Line {
  readonly #chat: Chat
  readonly #crowd: Crowd
  #visitor: Visitor | undefined

  constructor(chat: Chat, crowd: Crowd) {
    this.#chat = chat
    this.#crowd = crowd
  }

  /** Repeats a message until it is acknowledged; given up only long after the last crash. */
  async say(clientId: string, text: string): Promise<void> {
    while (performance.now() < this.#crowd.settleByMs) {
      const reply = await this.#reached((visitor) => visitor.command({ type: 'message.send', clientId, text }))
      if (reply?.ok === true) return void this.#chat.accepted.set(clientId, reply.value.n)
      if (reply?.ok === false && reply.error.retry === 'never')
        return void this.#chat.wrong.push(`${clientId}: refused: ${reply.error.code} ${reply.error.message}`)
      await sleep(50)
    }
    this.#chat.wrong.push(`${clientId}: never acknowledged`)
  }

  /** Waits until the last message said has its answer or hand-off; what is said after a hand-off is with people already. */
  async outcome(): Promise<boolean> {
    const n = Math.max(0, ...this.#chat.accepted.values())
    const there = ({ messages }: Visitor): boolean =>
      messages.some((each) => each.author.kind === 'system' || (each.n > n && each.author.kind === 'assistant'))
    while (performance.now() < this.#crowd.settleByMs) {
      const seen = await this.#reached((visitor) => visitor.until(() => there(visitor), 5_000).then(() => true))
      if (seen === true) return true
    }
    this.#chat.wrong.push(`${this.#chat.name}: message ${n} was not answered in time`)
    return false
  }

  handedOver(): boolean {
    return this.#visitor?.messages.some((message) => message.author.kind === 'system') ?? false
  }

  /** Ends the connection, and holds it to its word: what it showed was numbered without a gap. */
  close(): void {
    const visitor = this.#visitor
    this.#visitor = undefined
    if (visitor === undefined) return
    visitor.close()
    const numbers = visitor.messages.map(({ n }) => n)
    if (numbers.some((n, index) => n !== index + 1))
      this.#chat.wrong.push(`${this.#chat.name}: the customer was shown ${numbers.join(' ')}`)
  }

  /** Runs something on a connection, a new one when there is none; `undefined` when it broke meanwhile. */
  async #reached<Result>(work: (visitor: Visitor) => Promise<Result>): Promise<Result | undefined> {
    try {
      this.#visitor ??= await connectVisitor(this.#crowd.url, this.#crowd.workspace, this.#chat.token)
      this.#chat.token = this.#visitor.token
      return await work(this.#visitor)
    } catch {
      this.close()
      await sleep(50)
      return undefined
    }
  }
}

function pick(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() * from.length)] ?? ''
}

async function judge(
  chats: readonly Chat[],
  strike: { readonly server: ServerProcess; readonly whileStarting: number; readonly slowestStartMs: number },
  options: CrashOptions,
): Promise<CrashReport> {
  const totals = { conversations: 0, messages: 0, answered: 0, handedOver: 0 }
  const wrong = chats.flatMap((chat) => chat.wrong)
  const told = new Map<string, readonly PublicMessage[]>()
  for (const chat of chats) {
    if (chat.token === undefined) continue
    const visitor = await connectVisitor(strike.server.url, options.workspace, chat.token)
    const messages = visitor.messages
    visitor.close()
    told.set(visitor.conversation, messages)
    wrong.push(...judgeTranscript({ name: chat.name, accepted: [...chat.accepted.keys()], messages }))
    totals.conversations += 1
    totals.messages += chat.accepted.size
    totals.answered += messages.filter((message) => message.author.kind === 'assistant').length
    totals.handedOver += messages.some((message) => message.author.kind === 'system') ? 1 : 0
  }
  const ended = await strike.server.stop()
  if (ended !== 0) wrong.push(`the last server ended with ${String(ended)}`)
  const inside = await inspectJournal(options.dataFolder, told)
  return {
    kills: options.kills + strike.whileStarting,
    killsWhileStarting: strike.whileStarting,
    ...totals,
    steps: inside.steps,
    timersFired: inside.timersFired,
    slowestStartMs: Math.round(strike.slowestStartMs),
    wrong: [...wrong, ...inside.wrong],
  }
}
