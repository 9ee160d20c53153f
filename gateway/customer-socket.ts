import type { DefaultEventsMap, Namespace, Socket } from 'socket.io'
import type { Address } from '#runtime/address.ts'
import { addressOf, parseAddress } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import type { Visitor } from './auth/tokens.ts'
import { customerCommand, customerHandshake, readCommand, wordsOf } from './command-schemas.ts'
import { admitted, createTurnstile, onCommands } from './command-socket.ts'
import { GatewayError } from './errors.ts'
import type { House } from './house.ts'
import { createOutbox } from './outbox.ts'
import type { CustomerCommand, CustomerFrame, CustomerHandshake, FileLink, Transcript } from './protocol.ts'
import { limits, protocolVersion } from './protocol.ts'
import { fromJson, maybe } from './read-models/shape.ts'
import { publicMessage, publicOwner } from './read-models/views.ts'
import type { RoomState } from './rooms.ts'
import type { Typing } from './signals.ts'
import { eventOf, submit, submitMessage } from './submit.ts'
import { cleanText } from './text.ts'
import { readTranscript } from './transcript.ts'

interface CustomerSocketData {
  visitor: Visitor
  address: Address
  handshake: CustomerHandshake
  /** What was on its way when the connection that is taken up broke, and how far the messages go with that. */
  missed: CustomerFrame[]
  sentTo: number
}

export type CustomerNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, CustomerSocketData>
type CustomerSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, CustomerSocketData>

/** Serves `/customer`. A socket belongs to one visitor and sees one conversation: the one its token names. */
export function serveCustomers(namespace: CustomerNamespace, house: House): void {
  namespace.use((socket, next) => {
    admitted(welcomeIn(socket, house), next)
  })
  namespace.on('connection', (socket) => {
    house.metrics.sockets.inc({ audience: 'customer' })
    const session = new CustomerSession(socket, house)
    onCommands(socket, { log: house.log, handle: (input) => session.handle(input) })
    socket.on('disconnect', () => {
      house.metrics.sockets.dec({ audience: 'customer' })
      session.leave()
    })
    session.begin().catch((error: unknown) => {
      house.log.error('a visitor could not be welcomed', { error: String(error) })
      socket.disconnect(true)
    })
  })
}

/** Reads the handshake and settles whose socket this is. */
async function welcomeIn(socket: CustomerSocket, house: House): Promise<void> {
  const parsed = customerHandshake.safeParse(socket.handshake.auth)
  if (!parsed.success) throw new GatewayError('invalid', wordsOf(parsed.error.issues[0]))
  const handshake = parsed.data
  if (handshake.protocol !== protocolVersion) throw new GatewayError('protocol-unsupported')
  if (!Object.hasOwn(house.config.workspaces, handshake.workspace)) {
    throw new GatewayError('not-found', `There is no workspace ${handshake.workspace}.`)
  }
  const visitor =
    handshake.token === undefined
      ? await newVisitor(socket, handshake.workspace, house)
      : await house.tokens.verifyVisitor(handshake.token)
  const address = parseAddress(visitor.conversation)
  if (address === undefined || visitor.workspace !== handshake.workspace) {
    throw new GatewayError('unauthenticated', 'This visitor token is of another workspace: begin anew.')
  }
  // Whoever comes back as somebody else gets nothing of who they were.
  const same = socket.recovered && socket.data.address === address
  const { missed, sentTo } = same ? socket.data : { missed: [], sentTo: 0 }
  Object.assign(socket.data, { visitor, address, handshake, missed, sentTo })
}

async function newVisitor(socket: CustomerSocket, workspace: string, house: House): Promise<Visitor> {
  const budget = { limit: house.limits.visitorsPerMinute, windowMs: 60_000, whenAway: 'alone' } as const
  const { allowed, retryAfterMs } = await house.ephemeral.limit(`visitors/${networkAddress(socket, house)}`, budget)
  if (!allowed) throw new GatewayError('rate-limited', undefined, { retryAfterMs })
  const conversation = addressOf(workspace, 'conversation', house.ids.next('c'))
  return { workspace, visitorId: house.ids.next('v'), conversation }
}

/** Where a socket comes from. Behind a proxy that is what the proxy itself added, the last of the list: the rest anybody can write. */
function networkAddress({ handshake }: CustomerSocket, { config }: House): string {
  const forwarded = handshake.headers['x-forwarded-for']
  const last = Array.isArray(forwarded) ? forwarded.at(-1) : forwarded
  const seen = last?.split(',').at(-1)?.trim() ?? ''
  return config.trustProxy && seen !== '' ? seen : handshake.address
}

/** One tab of one visitor. 1. It never sees another conversation: every read and event goes to `address`. 2. Frames follow the welcome, but for those that were on their way when the connection broke. */
class CustomerSession {
  readonly #socket: CustomerSocket
  readonly #house: House
  readonly #address: Address
  readonly #visitor: Visitor
  readonly #handshake: CustomerHandshake
  readonly #outbox: { send(frame: CustomerFrame): void; dropped(): number }
  readonly #inTurn = createTurnstile()
  readonly #leaving: (() => void)[] = []
  #early: CustomerFrame[] | undefined = []
  #state: RoomState | undefined
  #sentTo = 0
  #deliveredTo = 0
  #left = false
  #cancelReceipt = (): void => {}

  constructor(socket: CustomerSocket, house: House) {
    this.#socket = socket
    this.#house = house
    const { address, visitor, handshake } = socket.data
    this.#address = address
    this.#visitor = visitor
    this.#handshake = handshake
    this.#outbox = createOutbox<CustomerFrame>(socket)
  }

  async begin(): Promise<void> {
    const { rooms, signals, tokens, config, clock } = this.#house
    const room = await rooms.enter(this.#address, (fact, before, after) => this.#hear(fact, before, after))
    this.#state = room.state
    this.#leaving.push(() => room.leave())
    this.#leaving.push(signals.onTyping(this.#address, (typing) => this.#hearTyping(typing)))
    if (this.#left) return this.leave()
    const { sentTo } = this.#socket.data
    const [transcript, token] = await Promise.all([this.#transcript(sentTo), tokens.visitor(this.#visitor)])
    const workspace = config.workspaces[this.#visitor.workspace]
    if (workspace === undefined) throw new Error(`workspace ${this.#visitor.workspace} has gone`)
    for (const frame of this.#socket.data.missed.splice(0)) this.#outbox.send(frame)
    this.#outbox.send({
      type: 'welcome',
      token,
      conversation: this.#address,
      brand: workspace.brand,
      transcript,
      serverTimeMs: clock.nowMs(),
    })
    // 2. What happened while the transcript was read and is not in it.
    const early = this.#early ?? []
    this.#early = undefined
    this.#socket.data.sentTo = Math.max(sentTo, transcript.messages.at(-1)?.n ?? 0)
    for (const frame of early) if (frame.type !== 'message' || frame.message.n > transcript.lastN) this.#send(frame)
    this.#tookIn(transcript.lastN)
  }

  leave(): void {
    this.#left = true
    this.#cancelReceipt()
    for (const each of this.#leaving.splice(0)) each()
    if (this.#state !== undefined) this.#house.signals.typing(this.#address, { by: 'customer', on: false })
  }

  async handle(input: unknown): Promise<unknown> {
    try {
      const value = await this.#command(readCommand<CustomerCommand>(customerCommand, input))
      this.#house.metrics.commands.inc({ audience: 'customer', outcome: 'ok' })
      return value
    } catch (error) {
      const outcome = error instanceof GatewayError ? error.problem.code : 'internal'
      this.#house.metrics.commands.inc({ audience: 'customer', outcome })
      throw error
    }
  }

  async #command(command: CustomerCommand): Promise<unknown> {
    switch (command.type) {
      case 'message.send': {
        const text = cleanText(command.text)
        await this.#spend('messages', limits.visitorMessages)
        return this.#inTurn(() => this.#message(command.clientId, text))
      }
      case 'resume':
        await this.#spend('resumes', quietCommands)
        return this.#transcript(command.after)
      case 'file.link':
        await this.#spend('files', quietCommands)
        return this.#fileLink(command)
      case 'typing':
        await this.#spend('signals', quietCommands)
        this.#house.signals.typing(this.#address, { by: 'customer', on: command.on })
        return null
      case 'read':
        await this.#spend('signals', quietCommands)
        return this.#read(command.upTo)
      case 'person.request':
        await this.#spend('messages', limits.visitorMessages)
        return this.#inTurn(() => this.#tell({ type: 'person.requested' }))
      case 'identify': {
        await this.#spend('messages', limits.visitorMessages)
        const { type: _, ...told } = command
        return this.#inTurn(() => this.#tell({ type: 'customer.identified', ...told }))
      }
    }
  }

  async #spend(what: string, budget: { readonly limit: number; readonly windowMs: number }): Promise<void> {
    const key = `visitor/${this.#visitor.visitorId}/${what}`
    // Customers go on while the gateways can't count together.
    const { allowed, retryAfterMs } = await this.#house.ephemeral.limit(key, { ...budget, whenAway: 'alone' })
    if (!allowed) throw new GatewayError('rate-limited', 'You are sending faster than we can read.', { retryAfterMs })
  }

  async #message(clientId: string, text: string): Promise<{ readonly n: number }> {
    await this.#opened()
    this.#house.signals.typing(this.#address, { by: 'customer', on: false })
    const complete = this.#house.isComplete(text)
    const pageListing = maybe('pageListing', this.#handshake.pageListing)
    const event = { type: 'message.received', clientId, text, complete, channel: 'widget', ...pageListing } as const
    // The same clientId is the same event: a retry and another tab are one message.
    const n = await submitMessage(this.#house, { to: this.#address, event, id: `customer:${clientId}`, clientId })
    return { n }
  }

  async #tell(event: Parameters<typeof submit>[1]['event']): Promise<null> {
    await this.#opened()
    await submit(this.#house.runtime, { to: this.#address, event })
    return null
  }

  /** A conversation begins with the first thing a visitor says: looking is not a row in anybody's inbox. */
  async #opened(): Promise<void> {
    if (this.#state === undefined || this.#state.document.visitorId !== '') return
    const { language, timeZone, page, pageListing } = this.#handshake
    const { visitorId } = this.#visitor
    const told = { visitorId, language, timeZone, ...maybe('page', page), ...maybe('pageListing', pageListing) }
    const event = eventOf({ type: 'conversation.opened', channel: 'widget', ...told })
    await this.#house.runtime.send({ to: this.#address, event, id: 'opened' })
  }

  async #read(upTo: number): Promise<null> {
    const { document } = this.#state ?? {}
    const known = Math.min(upTo, document?.lastN ?? 0)
    if (document === undefined || known <= document.receipts.ours.readTo) return null
    return this.#tell({ type: 'receipt.read', upTo: known })
  }

  /** Only of a message of this conversation, whose file it is. */
  async #fileLink({ n, file }: { readonly n: number; readonly file: string }): Promise<FileLink> {
    const { messages } = await this.#transcript(n - 1)
    const known = messages.find((each) => each.n === n)?.files?.some((each) => each.file === file)
    if (known !== true) throw new GatewayError('not-found', 'There is no such file.')
    return this.#house.fileLinks.link(file)
  }

  async #transcript(after: number): Promise<Transcript> {
    const room = this.#state
    if (room === undefined) throw new GatewayError('unavailable')
    const { documents, clock, runtime } = this.#house
    const sources = { documents, clock, journal: runtime.journal }
    const piece = await readTranscript(sources, this.#address, { after, room })
    const now = this.#state?.document ?? room.document
    return {
      ...piece,
      messages: piece.messages.map(publicMessage),
      owner: publicOwner(now),
      receipts: now.receipts,
      status: now.status === 'closed' ? 'closed' : 'open',
    }
  }

  #hear(fact: Fact, before: RoomState, after: RoomState): void {
    this.#state = after
    for (const frame of framesOf(fact, before, after)) {
      if (this.#early === undefined) this.#send(frame)
      else this.#early.push(frame)
    }
  }

  #hearTyping(typing: Typing): void {
    const owner = this.#state?.document.owner
    // Only the member who answers is seen typing: who else looks is none of the customer's business.
    if (typing.by !== 'member' || owner?.kind !== 'member' || owner.memberId !== typing.memberId) return
    this.#send({ type: 'typing', by: 'member', name: owner.name, on: typing.on })
  }

  #send(frame: CustomerFrame): void {
    const before = this.#outbox.dropped()
    this.#outbox.send(frame)
    if (this.#outbox.dropped() > before) return this.#house.metrics.dropped.inc({ audience: 'customer' })
    this.#house.metrics.frames.inc({ audience: 'customer' })
    if (frame.type === 'message') this.#socket.data.sentTo = frame.message.n
    if (frame.type === 'message' && frame.message.author.kind !== 'customer') this.#tookIn(frame.message.n)
  }

  /** The customer's device has our messages up to `n`: told once a second at most, so that a lively talk is not doubled by receipts. */
  #tookIn(n: number): void {
    const waiting = this.#sentTo > this.#deliveredTo
    this.#sentTo = Math.max(this.#sentTo, n)
    const known = this.#state?.document.receipts.ours.deliveredTo ?? 0
    if (waiting || this.#sentTo <= Math.max(known, this.#deliveredTo)) return
    const { clock, log } = this.#house
    this.#cancelReceipt = clock.schedule(clock.nowMs() + deliveredAfterMs, () => {
      this.#deliveredTo = this.#sentTo
      if (!this.#socket.connected) return
      this.#tell({ type: 'receipt.delivered', upTo: this.#sentTo }).catch((error: unknown) =>
        log.warn('a receipt was lost', { error: String(error) }),
      )
    })
  }
}

const quietCommands = { limit: 120, windowMs: 10_000 }
const deliveredAfterMs = 1000

/** What a customer hears of a fact. Pure. */
export function framesOf(fact: Fact, before: RoomState, after: RoomState): readonly CustomerFrame[] {
  switch (fact.type) {
    case 'message-added':
      return [messageFrame(fact), ...receipts(before, after)]
    case 'owner-changed':
    case 'queue-position-changed':
    case 'nobody-on-shift':
      return [{ type: 'owner', owner: publicOwner(after.document) }]
    case 'turn-started':
      return [{ type: 'typing', by: 'assistant', on: true }, ...receipts(before, after)]
    case 'turn-ended':
      return fact.data['outcome'] === 'restarted' ? [] : [{ type: 'typing', by: 'assistant', on: false }]
    case 'closed':
      return [{ type: 'status', status: 'closed' }]
    case 'reopened':
      return [{ type: 'status', status: 'open' }]
    default:
      return receipts(before, after)
  }
}

function messageFrame(fact: Fact): CustomerFrame {
  const message = fromJson<TranscriptMessage>(fact.data)
  return { type: 'message', message: publicMessage(message) }
}

function receipts(before: RoomState, after: RoomState): readonly CustomerFrame[] {
  if (JSON.stringify(before.document.receipts) === JSON.stringify(after.document.receipts)) return []
  return [{ type: 'receipts', receipts: after.document.receipts }]
}
