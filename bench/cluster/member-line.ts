import { setTimeout as sleep } from 'node:timers/promises'
import type { Reply, StaffCommand, StaffFrame, StaffReply } from '#gateway/protocol.ts'
import { keepShown, type Chat, type Crowd } from '../customer-line.ts'
import { connectMember, type StaffSocket } from '../member.ts'
import type { SignedInMember } from './sign-in.ts'

/** How a command ended: done, refused by the machine, or given up after the run's end. */
export type Ending<Value> =
  { readonly is: 'done'; readonly value: Value } | { readonly is: 'refused'; readonly why: string } | undefined

type CommandOf<Type extends StaffCommand['type']> = Extract<StaffCommand, { readonly type: Type }>

const againMs = 150

/**
 * A member's console, connected again at the next gateway whenever it breaks. Owns the socket, and what it shows of the conversation that is open.
 * 1. A command that was not answered is given again: whatever it did is done once, or the second is refused.
 * 2. Messages of the open conversation are shown 1…n without a gap on each connection.
 */
export class MemberLine {
  readonly #member: SignedInMember
  readonly #crowd: Crowd
  #door: number
  #socket: StaffSocket | undefined
  #open: { readonly chat: Chat; readonly seen: Set<number> } | undefined
  connections = 0

  constructor(member: SignedInMember, crowd: Crowd, door: number) {
    this.#member = member
    this.#crowd = crowd
    this.#door = door
  }

  /** Opens a conversation on the console; it is opened again on every new connection until `leave`. */
  async open(chat: Chat): Promise<boolean> {
    this.leave()
    this.#open = { chat, seen: new Set() }
    return (await this.#until((socket) => this.#opened(socket))) !== undefined
  }

  /** Ends what `open` began, and holds the console to its word. */
  leave(): void {
    this.#judgeOpen()
    this.#open = undefined
  }

  /** Gives a command until it is answered for good. */
  command<Type extends StaffCommand['type']>(command: CommandOf<Type>): Promise<Ending<StaffReply<Type>>> {
    return this.#until(async (socket) => endingOf(await socket.command(command)))
  }

  close(): void {
    this.leave()
    this.#socket?.close()
    this.#socket = undefined
  }

  /** Tries on one connection after the other until something comes of it. */
  async #until<Value>(attempt: (socket: StaffSocket) => Promise<Value | undefined>): Promise<Value | undefined> {
    while (performance.now() < this.#crowd.settleByMs) {
      try {
        this.#socket ??= await this.#connected()
        const value = await attempt(this.#socket)
        if (value !== undefined) return value
      } catch {
        this.#lost()
      }
      await sleep(againMs)
    }
    return undefined
  }

  async #connected(): Promise<StaffSocket> {
    const { doors } = this.#crowd
    const door = doors[this.#door % doors.length] ?? ''
    const socket = await connectMember(door, await this.#member.accessToken(door))
    this.connections += 1
    socket.onFrame((frame) => this.#hear(frame))
    if (this.#open === undefined) return socket
    try {
      // 2: a new connection shows the conversation from its beginning.
      if ((await this.#opened(socket)) !== undefined) return socket
    } catch {
      // As when it answers anything else.
    }
    socket.close()
    throw new Error('the conversation could not be opened again')
  }

  async #opened(socket: StaffSocket): Promise<true | undefined> {
    const open = this.#open
    const conversation = open?.chat.conversation
    if (open === undefined || conversation === undefined) return true
    const reply = await socket.command({ type: 'conversation.open', conversation, after: 0 })
    if (!reply.ok) return undefined
    for (const message of reply.value.messages) this.#show(open, message)
    return true
  }

  #hear(frame: StaffFrame): void {
    const open = this.#open
    if (frame.type !== 'conversation.message' || open === undefined) return
    if (frame.conversation === open.chat.conversation) this.#show(open, frame.message)
  }

  #show(open: { readonly chat: Chat; readonly seen: Set<number> }, message: Parameters<typeof keepShown>[1]): void {
    open.seen.add(message.n)
    keepShown(open.chat, message)
  }

  #lost(): void {
    this.#judgeOpen()
    this.#open?.seen.clear()
    this.#socket?.close()
    this.#socket = undefined
    this.#door += 1
  }

  #judgeOpen(): void {
    if (this.#open === undefined) return
    const { chat, seen } = this.#open
    const numbers = [...seen].sort((one, other) => one - other)
    if (numbers.some((n, index) => n !== index + 1))
      chat.wrong.push(`${chat.name}: ${this.#member.name} was shown ${numbers.join(' ')}`)
  }
}

/** Absent: to be tried again. */
function endingOf<Value>(reply: Reply<Value>): Ending<Value> {
  if (reply.ok) return { is: 'done', value: reply.value }
  if (reply.error.retry !== 'never') return undefined
  return { is: 'refused', why: `${reply.error.code} ${reply.error.refusal?.code ?? reply.error.message}` }
}
