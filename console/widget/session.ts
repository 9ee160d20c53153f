/**
 * The visitor's conversation as this tab sees it.
 * Owns: the message log, the outbox, the visitor's token, what is known of owner, receipts and typing.
 * Called by: the panel (actions, `subscribe`) and the link (frames). State is replaced, never changed in place.
 * C1: the log is gapless; a frame that is not the next one, `behind`, or an acknowledged number not seen starts one `resume`, repeated until complete.
 * C2: nothing is sent before `welcome`, so a message can't go to a conversation that another tab has already replaced.
 * C3: all tabs of a browser speak as one visitor: the token stored first wins.
 */
import type {
  CustomerFrame,
  FileLink,
  ProblemReport,
  PublicMessage,
  PublicOwner,
  Receipts,
  Transcript,
  WidgetBrand,
} from '#gateway/protocol.ts'
import { limits, protocolVersion } from '#gateway/protocol.ts'
import { safeHref } from './links.ts'
import { Outbox, type OutboxEntry } from './outbox.ts'
import type { Cancel, Link, LinkStatus, SessionPorts } from './ports.ts'
import { Resumer } from './resumer.ts'
import type { WidgetUser } from './sdk.ts'
import { Sender } from './sender.ts'
import { storageKey, type WidgetSettings } from './settings.ts'
import { accept, emptyLog, expecting, isComplete, lastHeld, merge, type MessageLog } from './transcript.ts'
import { parseVisitor, type Visitor } from './visitor.ts'

export interface SessionState {
  readonly link: LinkStatus
  readonly problem?: ProblemReport
  readonly brand?: WidgetBrand
  /** The first `welcome` has come: what is shown is the server's word. */
  readonly welcomed: boolean
  readonly log: MessageLog
  readonly outbox: readonly OutboxEntry[]
  readonly owner: PublicOwner
  readonly receipts: Receipts
  readonly status: 'open' | 'closed'
  readonly typing?: { readonly by: 'assistant' | 'member'; readonly name?: string }
  readonly personRequest: 'idle' | 'asking' | 'failed'
}

/** Before anything has come from the server. */
export const initialState: SessionState = {
  link: 'connecting',
  welcomed: false,
  log: emptyLog,
  outbox: [],
  owner: { kind: 'assistant' },
  receipts: { ours: { deliveredTo: 0, readTo: 0 }, theirs: { readTo: 0 } },
  status: 'open',
  personRequest: 'idle',
}

/** An indicator nobody ends goes out by itself. */
const typingShownMs = 12_000
/** How long a frame may trail the acknowledgement of its message. */
const frameGraceMs = 1500

export class Session {
  readonly #ports: SessionPorts
  #settings: WidgetSettings
  readonly #outbox: Outbox
  readonly #sender: Sender
  readonly #resumer: Resumer
  readonly #watchers = new Set<() => void>()
  readonly #onMessage = new Set<(message: PublicMessage) => void>()
  readonly #chosen = new Set<string>()
  #state: SessionState = initialState
  #link: Link | undefined
  #visitor: Visitor | undefined
  #user: WidgetUser | undefined
  #introduced = ''
  #cancelTyping: Cancel | undefined
  readonly #stopWatching: Cancel

  constructor(settings: WidgetSettings, ports: SessionPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#outbox = new Outbox(ports.store, storageKey(settings.workspace, 'outbox:'), ports.now())
    this.#sender = new Sender(this.#outbox, {
      send: ({ clientId, text }) => this.#command({ type: 'message.send', clientId, text }),
      isOnline: () => this.#state.link === 'online' && this.#state.welcomed, // C2
      changed: () => this.#set({}),
      accepted: (n) => this.#awaitNumber(n),
      now: () => ports.now(),
      random: () => ports.random(),
      after: (delayMs, run) => ports.after(delayMs, run),
    })
    this.#resumer = new Resumer({
      ask: (after) => this.#command({ type: 'resume', after }),
      isOnline: () => this.#state.link === 'online',
      held: () => lastHeld(this.#state.log),
      isComplete: () => isComplete(this.#state.log),
      take: (transcript) => this.#takeTranscript(transcript),
      random: () => ports.random(),
      after: (delayMs, run) => ports.after(delayMs, run),
    })
    this.#set({})
    this.#stopWatching = ports.onStoreChanged(() => this.#otherTab())
  }

  get state(): SessionState {
    return this.#state
  }

  /** Messages of others the visitor has not read. */
  get unread(): number {
    const { log, receipts } = this.#state
    return log.messages
      .slice(receipts.ours.readTo)
      .filter(({ author }) => author.kind === 'assistant' || author.kind === 'member').length
  }

  /** A web address the server named, relative ones from the server's origin; nothing when it is not http(s). */
  resourceAddress(address: string): string | undefined {
    return URL.canParse(address, this.#settings.server)
      ? safeHref(new URL(address, this.#settings.server).href)
      : undefined
  }

  /** Where a file of message `n` is had, for some minutes; nothing when that could not be asked. */
  async fileLink(n: number, file: string): Promise<FileLink | undefined> {
    const reply = await this.#command({ type: 'file.link', n, file })
    const url = reply.ok ? this.resourceAddress(reply.value.url) : undefined
    return reply.ok && url !== undefined ? { ...reply.value, url } : undefined
  }

  get workspace(): string {
    return this.#settings.workspace
  }

  nowMs(): number {
    return this.#ports.now()
  }

  subscribe(watcher: () => void): Cancel {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Messages as they arrive live, not the history. */
  onMessage(listener: (message: PublicMessage) => void): Cancel {
    this.#onMessage.add(listener)
    return () => this.#onMessage.delete(listener)
  }

  start(): void {
    if (this.#link !== undefined) return
    this.#visitor = this.#storedVisitor()
    this.#link = this.#ports.openLink(
      () => ({
        protocol: protocolVersion,
        workspace: this.#settings.workspace,
        ...(this.#visitor === undefined ? {} : { token: this.#visitor.token }),
        language: this.#settings.language,
        timeZone: this.#ports.timeZone(),
        page: this.#ports.page(),
        ...(this.#settings.pageListing === undefined ? {} : { pageListing: this.#settings.pageListing }),
      }),
      { status: (status, problem) => this.#linkChanged(status, problem), frame: (frame) => this.#frame(frame) },
    )
  }

  /** Shows and stores the message at once, sends it when it can. False when it is empty or too long. */
  send(text: string): boolean {
    const words = text.trim()
    if (words === '' || words.length > limits.textMax) return false
    this.#outbox.add({ clientId: this.#ports.newId(), text: words, atMs: this.#ports.now() })
    this.#set({})
    this.#sender.kick()
    return true
  }

  /** A choice that was offered, named by `key`: taken once however fast it is pressed. */
  choose(key: string, text: string): void {
    if (this.#chosen.has(key)) return
    this.#chosen.add(key)
    this.send(text)
  }

  retry(clientId: string): void {
    this.#outbox.retry(clientId)
    this.#set({})
    this.#sender.restart()
  }

  discard(clientId: string): void {
    this.#outbox.remove(clientId)
    this.#chosen.clear() // The choice that made it may be made again.
    this.#set({})
  }

  typing(on: boolean): void {
    if (this.#state.link === 'online') void this.#command({ type: 'typing', on })
  }

  /** Everything held has been seen. */
  markRead(): void {
    const held = lastHeld(this.#state.log)
    const { receipts } = this.#state
    if (held <= receipts.ours.readTo) return
    this.#set({ receipts: { ...receipts, ours: { deliveredTo: held, readTo: held } } })
    void this.#command({ type: 'read', upTo: held })
  }

  async requestPerson(): Promise<void> {
    if (this.#state.personRequest === 'asking' || this.#state.owner.kind !== 'assistant') return
    this.#set({ personRequest: 'asking' })
    const reply = await this.#command({ type: 'person.request' })
    this.#set({ personRequest: reply.ok ? 'idle' : 'failed' })
  }

  identify(user: WidgetUser): void {
    this.#user = user
    if (this.#state.welcomed) this.#introduce()
  }

  /** Settings of the handshake changed: the next one tells the server. */
  configure(settings: WidgetSettings): void {
    const told = this.#settings.language === settings.language && this.#settings.pageListing === settings.pageListing
    this.#settings = settings
    if (told || this.#link === undefined) return
    this.#linkChanged('connecting')
    this.#link.reconnect()
  }

  /** After a refusal: the person asks for another try. */
  tryAgain(): void {
    this.#linkChanged('connecting')
    this.#link?.reconnect()
  }

  /** Forgets the visitor on this device (sign-out on the host page) and begins anew. */
  reset(): void {
    this.#user = undefined
    this.#outbox.clear()
    this.#ports.store.remove(this.#visitorKey)
    this.#restart()
  }

  stop(): void {
    this.#stopWatching()
    this.#sender.stop()
    this.#cancelTyping?.()
    this.#link?.close()
    this.#link = undefined
  }

  get #visitorKey(): string {
    return storageKey(this.#settings.workspace, 'visitor')
  }

  #storedVisitor(): Visitor | undefined {
    return parseVisitor(this.#ports.store.get(this.#visitorKey))
  }

  #command: Link['send'] = (command) => {
    if (this.#link !== undefined) return this.#link.send(command)
    const message = 'The widget is stopped.'
    return Promise.resolve({ ok: false, error: { code: 'unavailable', message, retry: 'later' } })
  }

  #linkChanged(link: LinkStatus, problem?: ProblemReport): void {
    if (problem?.code === 'unauthenticated' && this.#visitor !== undefined) {
      // The token is no longer good (expired, the data folder is another): begin as a new visitor; the outbox is kept.
      this.#ports.store.remove(this.#visitorKey)
      return this.#restart()
    }
    const { problem: _, typing: __, ...rest } = this.#state
    this.#state = { ...rest, link, ...(problem === undefined ? {} : { problem }) }
    if (link !== 'online') this.#sender.stop()
    this.#set({})
  }

  #frame(frame: CustomerFrame): void {
    switch (frame.type) {
      case 'welcome':
        return this.#welcome(frame)
      case 'message':
        return this.#message(frame.message)
      case 'owner':
        return this.#set({ owner: frame.owner, personRequest: 'idle' })
      case 'typing':
        return this.#typing(frame)
      case 'receipts':
        return this.#set({ receipts: frame.receipts })
      case 'status':
        return this.#set({ status: frame.status })
      case 'behind':
        return void this.#resumer.resume()
    }
  }

  #welcome(frame: Extract<CustomerFrame, { type: 'welcome' }>): void {
    const stored = this.#storedVisitor()
    const mine = this.#visitor
    if (stored !== undefined && stored.token !== mine?.token && stored.conversation !== frame.conversation) {
      return this.#restart() // C3: another tab was first
    }
    const sameConversation =
      mine === undefined ? this.#state.log === emptyLog : mine.conversation === frame.conversation
    this.#visitor = { token: frame.token, conversation: frame.conversation }
    this.#ports.store.set(this.#visitorKey, JSON.stringify(this.#visitor))
    const { transcript, brand } = frame
    this.#ports.store.set(storageKey(this.#settings.workspace, 'accent'), brand.accent)
    const before = sameConversation ? this.#state.log : emptyLog
    this.#state = { ...this.#state, link: 'online', welcomed: true, brand }
    this.#set({ log: before })
    this.#takeTranscript(transcript)
    this.#introduce()
    this.#resumer.restart()
    if (!isComplete(this.#state.log) || transcript.more) void this.#resumer.resume()
    this.#sender.restart()
  }

  /** Tells who the visitor is, once to each conversation. */
  #introduce(): void {
    const told = JSON.stringify([this.#visitor?.conversation, this.#user])
    if (this.#user === undefined || told === this.#introduced) return
    this.#introduced = told
    void this.#command({ type: 'identify', ...this.#user })
  }

  #message(message: PublicMessage): void {
    const { log, as } = accept(this.#state.log, message)
    this.#takeIn(log)
    if (as === 'gap') return void this.#resumer.resume() // C1
    if (as === 'appended') {
      if (message.author.kind !== 'customer') this.#endTyping()
      for (const listener of this.#onMessage) listener(message)
    }
  }

  #takeTranscript(transcript: Transcript): void {
    const { owner, receipts, status } = transcript
    this.#takeIn(merge(this.#state.log, transcript))
    this.#set({ owner, receipts, status })
  }

  #takeIn(log: MessageLog): void {
    const seen = new Set(log.messages.map(({ clientId }) => clientId))
    const arrived = this.#outbox.entries.filter(({ clientId }) => seen.has(clientId))
    for (const { clientId } of arrived) this.#outbox.remove(clientId)
    this.#set({ log })
    for (const { clientId } of arrived) this.#sender.delivered(clientId)
  }

  #awaitNumber(n: number): void {
    this.#set({ log: expecting(this.#state.log, n) })
    this.#ports.after(frameGraceMs, () => {
      if (lastHeld(this.#state.log) < n) void this.#resumer.resume() // C1
    })
  }

  #typing(frame: Extract<CustomerFrame, { type: 'typing' }>): void {
    if (!frame.on) return this.#endTyping()
    this.#cancelTyping?.()
    this.#cancelTyping = this.#ports.after(typingShownMs, () => this.#endTyping())
    this.#set({ typing: { by: frame.by, ...(frame.name === undefined ? {} : { name: frame.name }) } })
  }

  #endTyping(): void {
    this.#cancelTyping?.()
    const { typing: _, ...rest } = this.#state
    this.#state = rest
    this.#set({})
  }

  #otherTab(): void {
    const stored = this.#storedVisitor()
    const mine = this.#visitor
    const same = stored?.conversation === mine?.conversation
    if (mine !== undefined && !same) return this.#restart()
    if (mine !== undefined && stored !== undefined) this.#visitor = stored
    if (this.#outbox.reread()) {
      this.#takeIn(this.#state.log)
      this.#sender.kick()
    }
  }

  #restart(): void {
    const { brand } = this.#state
    this.#sender.stop()
    this.#resumer.restart()
    this.#chosen.clear()
    this.#visitor = this.#storedVisitor()
    this.#state = { ...initialState, ...(brand === undefined ? {} : { brand }) }
    this.#set({})
    this.#link?.reconnect()
  }

  #set(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change, outbox: this.#outbox.entries }
    for (const watcher of this.#watchers) watcher()
  }
}
