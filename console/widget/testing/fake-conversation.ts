/**
 * One visitor's conversation of the fake gateway. It keeps the promises of the real one: numbers 1…n without a gap,
 * one message for one clientId, an owner. What it says is scripted by words in the question (see `script`).
 */
import type {
  CustomerCommand,
  CustomerFrame,
  Notice,
  PublicMessage,
  PublicOwner,
  Receipts,
  Transcript,
} from '#gateway/protocol.ts'
import { script } from './script.ts'

export interface FakeConversationOptions {
  readonly token: string
  readonly thinkMs: number
  emit(frame: CustomerFrame): void
}

export class FakeConversation {
  readonly #options: FakeConversationOptions
  readonly #messages: PublicMessage[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #owner: PublicOwner = { kind: 'assistant' }
  #receipts: Receipts = { ours: { deliveredTo: 0, readTo: 0 }, theirs: { readTo: 0 } }
  /** What `identify` told. */
  identity: { readonly name?: string; readonly phone?: string; readonly email?: string } = {}

  constructor(options: FakeConversationOptions) {
    this.#options = options
  }

  get messages(): readonly PublicMessage[] {
    return this.#messages
  }

  welcome(): CustomerFrame {
    return {
      type: 'welcome',
      token: this.#options.token,
      conversation: `demo/conversation/${this.#options.token}`,
      brand: {
        name: 'Acre & Oak Homes',
        assistantName: 'Oak',
        greeting: 'Hello! Looking for a home? Tell me the place, the size and your budget.',
        questions: ['3 BHK in Whitefield under 1.2 crore', 'What would the EMI be?', 'Can I visit this Saturday?'],
        accent: '#0b5d7a',
      },
      transcript: this.#transcript(0),
      serverTimeMs: Date.now(),
    }
  }

  take(command: CustomerCommand): unknown {
    switch (command.type) {
      case 'message.send':
        return { n: this.#receive(command.clientId, command.text) }
      case 'resume':
        return this.#transcript(command.after)
      case 'file.link':
        return { url: `/v1/files/${command.file}`, expiresAtMs: Date.now() + 900_000 }
      case 'read':
        this.#receipts = { ...this.#receipts, ours: { deliveredTo: command.upTo, readTo: command.upTo } }
        this.#options.emit({ type: 'receipts', receipts: this.#receipts })
        return null
      case 'person.request':
        this.handOff()
        return null
      case 'identify':
        this.identity = command
        return null
      case 'typing':
        return null
    }
  }

  /** Adds a message as the assistant or a member would. */
  say(
    text: string,
    author: PublicMessage['author'] = { kind: 'assistant' },
    extras: Pick<PublicMessage, 'cards' | 'chips'> = {},
  ): void {
    this.#add({ author, text, ...extras })
  }

  notice(notice: Notice, name?: string): void {
    this.#add({ author: { kind: 'system', notice, ...(name === undefined ? {} : { name }) }, text: '' })
  }

  own(owner: PublicOwner): void {
    this.#owner = owner
    this.#options.emit({ type: 'owner', owner })
  }

  typing(on: boolean, name?: string): void {
    this.#options.emit({
      type: 'typing',
      by: name === undefined ? 'assistant' : 'member',
      on,
      ...(name === undefined ? {} : { name }),
    })
  }

  /** Hands over; with a thinking time the queue moves and Priya joins by herself. */
  handOff(): void {
    this.notice('handed-off')
    this.own({ kind: 'queue', position: 3, waiting: 3 })
    const { thinkMs } = this.#options
    if (thinkMs === 0) return
    this.#later(thinkMs * 3, () => this.own({ kind: 'queue', position: 2, waiting: 3 }))
    this.#later(thinkMs * 6, () => this.own({ kind: 'queue', position: 1, waiting: 2 }))
    this.#later(thinkMs * 9, () => this.join('Priya Nair'))
  }

  join(name: string): void {
    this.notice('taken-over', name)
    this.own({ kind: 'member', name })
    this.say('Hello, this is Priya. I have read what you wrote. How can I help?', { kind: 'member', name })
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #receive(clientId: string, text: string): number {
    const before = this.#messages.find((message) => message.clientId === clientId)
    if (before !== undefined) return before.n
    const n = this.#add({ author: { kind: 'customer' }, text, clientId })
    this.#receipts = { ...this.#receipts, theirs: { readTo: n } }
    this.#options.emit({ type: 'receipts', receipts: this.#receipts })
    if (this.#owner.kind === 'assistant') this.#answer(text)
    return n
  }

  #answer(text: string): void {
    const answer = script(text, Date.now())
    this.typing(true)
    this.#later(this.#options.thinkMs, () => {
      this.typing(false)
      if (answer === 'hand-off') this.handOff()
      else this.say(answer.text, { kind: 'assistant' }, answer)
    })
  }

  #add(message: Omit<PublicMessage, 'n' | 'atMs'>): number {
    const n = this.#messages.length + 1
    const { author, text, clientId, cards, chips } = message
    const added: PublicMessage = {
      n,
      author,
      text,
      atMs: Date.now(),
      ...(clientId === undefined ? {} : { clientId }),
      ...(cards === undefined ? {} : { cards }),
      ...(chips === undefined ? {} : { chips }),
    }
    this.#messages.push(added)
    this.#options.emit({ type: 'message', message: added })
    return n
  }

  #transcript(after: number): Transcript {
    const messages = this.#messages.slice(after, after + 200)
    return {
      messages,
      lastN: this.#messages.length,
      more: after + messages.length < this.#messages.length,
      owner: this.#owner,
      receipts: this.#receipts,
      status: 'open',
    }
  }

  #later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, delayMs)
    this.#timers.add(timer)
  }
}
