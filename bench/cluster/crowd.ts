import { setTimeout as sleep } from 'node:timers/promises'
import { CustomerLine, newChat, type Chat, type Crowd } from '../customer-line.ts'
import { pick, sayings } from '../sayings.ts'
import { MemberLine } from './member-line.ts'
import type { SignedInMember } from './sign-in.ts'

/** What a crowd has done. */
export interface CrowdTally {
  readonly takeOvers: number
  readonly handBacks: number
  readonly closings: number
  readonly wishesForPeople: number
  /** Connections beyond the first of each customer, tab and member. */
  readonly reconnects: number
}

/** Customers and members who talk until they are told to end. */
export interface RunningCrowd {
  readonly chats: readonly Chat[]
  tally(): CrowdTally
  /** Nobody begins anything more; resolves when everybody has had their outcomes, or the time for it is up. */
  end(withinMs: number): Promise<void>
}

export interface CrowdOptions extends Pick<Crowd, 'doors' | 'workspace' | 'random'> {
  readonly customers: number
  readonly members: readonly SignedInMember[]
}

/** Customers are not told a member's client id: the text carries it. */
function memberText(clientId: string): string {
  return `${clientId} is here`
}

/** The client id in what a member of the crowd has said. */
export function memberIdIn(text: string): string {
  return text.replace(/ is here$/, '')
}

/** Of a hundred: how often a customer says two things at once, asks for a person; how often a member closes, or keeps a conversation. */
const share = { burst: 20, person: 6, close: 35, keep: 10 } as const
const sayingsMax = 6
const idleMs = 200

/** Starts a crowd. Customers and members begin at different gateways; every third customer has a second tab, at the other gateway. */
export function startCrowd(options: CrowdOptions): RunningCrowd {
  return new Company(options)
}

/**
 * Owns the chats, which of them a member has in hand, and which were left with people.
 * 1. A member looks after one chat at a time, and no other member works on it meanwhile.
 * 2. Those who wait for a person come first: a queue that grows and grows would be all that the cluster talks of.
 */
class Company implements RunningCrowd {
  readonly chats: Chat[] = []
  readonly #options: CrowdOptions
  readonly #crowd: Crowd
  readonly #held = new Set<Chat>()
  readonly #waiting = new Set<Chat>()
  readonly #count = { takeOvers: 0, handBacks: 0, closings: 0, wishesForPeople: 0 }
  readonly #lines: MemberLine[]
  readonly #working: readonly Promise<void>[]
  readonly #tabs = new Set<Promise<void>>()
  #watched = 0

  constructor(options: CrowdOptions) {
    this.#options = options
    const { doors, workspace, random } = options
    this.#crowd = { doors, workspace, random, settleByMs: Number.POSITIVE_INFINITY }
    this.#lines = options.members.map((member, index) => new MemberLine(member, this.#crowd, index))
    this.#working = [
      ...Array.from({ length: options.customers }, (_, index) => this.#visitAgainAndAgain(index)),
      ...this.#lines.map((line, index) => this.#work(line, options.members[index]?.name ?? '')),
    ]
  }

  tally(): CrowdTally {
    const connections = [...this.chats, ...this.#lines].reduce((sum, each) => sum + each.connections, 0)
    return { ...this.#count, reconnects: connections - this.chats.length - this.#watched - this.#lines.length }
  }

  async end(withinMs: number): Promise<void> {
    this.#crowd.settleByMs = performance.now() + withinMs
    await Promise.all(this.#working)
    await Promise.all(this.#tabs)
  }

  get #over(): boolean {
    return this.#crowd.settleByMs !== Number.POSITIVE_INFINITY
  }

  async #visitAgainAndAgain(customer: number): Promise<void> {
    for (let visit = 0; !this.#over; visit++) {
      const chat = newChat(`c${customer}-${visit}`)
      this.chats.push(chat)
      await this.#talk(chat, customer)
    }
  }

  /** Says some things, each until acknowledged, and waits for each outcome; now and then asks for a person. */
  async #talk(chat: Chat, customer: number): Promise<void> {
    const { random } = this.#crowd
    const line = new CustomerLine(chat, this.#crowd, customer)
    const tab = customer % 3 === 0 ? new CustomerLine(chat, this.#crowd, customer + 1) : undefined
    const left = new AbortController()
    const count = 2 + Math.floor(random() * (sayingsMax - 1))
    for (let index = 0; index < count && !this.#over; index++) {
      const parts = this.#happens(share.burst) ? ['a', 'b'] : ['a']
      for (const part of parts) await line.say(`${chat.name}-${index}${part}`, pick(sayings, random))
      if (index === 0 && tab !== undefined) this.#watch(tab, left.signal)
      if (!(await line.outcome())) break
      if (line.standing().answers === 'people') this.#waiting.add(chat)
      if (this.#happens(share.person)) {
        await line.askForPerson()
        this.#waiting.add(chat)
        this.#count.wishesForPeople += 1
      }
      await line.look(random() * 1500)
    }
    left.abort()
    line.close()
  }

  /** A second tab, which only looks on. */
  #watch(tab: CustomerLine, left: AbortSignal): void {
    this.#watched += 1
    const watching = (async () => {
      while (!left.aborted) await tab.look(idleMs)
      tab.close()
    })()
    this.#tabs.add(watching)
    void watching.finally(() => this.#tabs.delete(watching))
  }

  async #work(line: MemberLine, name: string): Promise<void> {
    for (let turn = 0; !this.#over; turn++) {
      const chat = this.#free()
      if (chat === undefined) {
        await sleep(idleMs)
        continue
      }
      // 1
      this.#held.add(chat)
      this.#waiting.delete(chat)
      await this.#lookAfter(chat, line, `${name}-${turn}`)
      this.#held.delete(chat)
      await sleep(this.#crowd.random() * 1000)
    }
    line.close()
  }

  /** A chat that nobody has in hand: one that waits, or any of the newest. */
  #free(): Chat | undefined {
    const isFree = (chat: Chat): boolean => chat.accepted.size > 0 && !this.#held.has(chat)
    // 2
    const waiting = [...this.#waiting].find(isFree)
    if (waiting !== undefined) return waiting
    const newest = this.chats.slice(-2 * this.#options.customers).filter(isFree)
    return newest.length === 0 ? undefined : pick(newest, this.#crowd.random)
  }

  /** Takes a conversation over from whoever has it, says something, and hands it back, closes it or keeps it. */
  async #lookAfter(chat: Chat, line: MemberLine, name: string): Promise<void> {
    const { random } = this.#crowd
    const { conversation } = chat
    if (conversation === undefined || !(await line.open(chat))) return
    const taken = await line.command({ type: 'take-over', conversation })
    if (taken?.is !== 'done') return line.leave()
    this.#count.takeOvers += 1
    for (let index = 0; index <= Math.floor(random() * 2); index++) {
      const clientId = `${name}-${index}`
      const said = await line.command({ type: 'message.send', conversation, clientId, text: memberText(clientId) })
      if (said?.is !== 'done') return line.leave()
      chat.accepted.set(clientId, said.value.n)
      await sleep(random() * 800)
    }
    await this.#end(conversation, line)
    line.leave()
  }

  async #end(conversation: string, line: MemberLine): Promise<void> {
    if (this.#happens(share.keep)) return
    if (this.#happens(share.close)) {
      const closed = await line.command({ type: 'close', conversation, reason: 'done' })
      if (closed?.is === 'done') this.#count.closings += 1
      return
    }
    const back = await line.command({ type: 'hand-back', conversation })
    if (back?.is === 'done') this.#count.handBacks += 1
  }

  #happens(ofAHundred: number): boolean {
    return this.#crowd.random() * 100 < ofAHundred
  }
}
