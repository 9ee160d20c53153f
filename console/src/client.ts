/** Everything behind the screens, tied together once: session, line, stores. Screens get it from React's context. */
import type {
  CannedReply,
  ChannelAccountView,
  DegradedPart,
  Member,
  ProblemReport,
  Reply,
  StaffCommand,
  StaffReply,
} from '#gateway/protocol.ts'
import { createConnection, type Connection, type OpenWire } from './connection/connection.ts'
import type { Http } from './connection/http.ts'
import { Session } from './connection/session.ts'
import { createStore, type Store } from './connection/store.ts'
import { ConversationStore } from './stores/conversation-store.ts'
import { InboxStore } from './stores/inbox-store.ts'
import { Outbox } from './stores/outbox.ts'
import { preferencesKey, readPreferences, type Preferences } from './stores/preferences.ts'
import { ringOn, silence, type RingingState } from './stores/ringing.ts'
import { hashOf, parseRoute, type Route } from './stores/route.ts'
import { createToasts, type Toasts } from './stores/toasts.ts'
import { createTranslator, type Text } from './text/text.ts'
import { refusalText } from './text/refusal.ts'

export type MemberRow = StaffReply<'members.list'>[number]

export interface Client {
  readonly http: Http
  readonly session: Session
  readonly connection: Connection
  readonly inbox: InboxStore
  readonly conversation: ConversationStore
  readonly outbox: Outbox
  readonly toasts: Toasts
  readonly ringing: Store<RingingState>
  readonly members: Store<readonly MemberRow[]>
  readonly canned: Store<readonly CannedReply[]>
  readonly available: Store<boolean>
  /** What of the house does not work now, as the server said last. */
  readonly degraded: Store<readonly DegradedPart[]>
  /** Accounts at providers that are kept from sending, as the server said last. */
  readonly keptBack: Store<readonly ChannelAccountView[]>
  readonly preferences: Store<Preferences>
  readonly text: Store<Text>
  readonly route: Store<Route>
  /** Unsent words by conversation. */
  readonly drafts: Map<string, string>
  /** The conversation this member is just taking: its composer takes the focus as soon as it is there. */
  readonly taking: Store<string | undefined>
  readonly go: (route: Route) => void
  /** The server's clock. */
  readonly nowMs: () => number
  /** Sends a command and shows a toast when it was refused, naming who won. */
  readonly act: <C extends StaffCommand>(command: C) => Promise<Reply<StaffReply<C['type']>>>
  readonly showProblem: (problem: ProblemReport) => void
  readonly setPreferences: (change: Partial<Preferences>) => void
  readonly loadMembers: () => Promise<void>
  readonly loadCanned: () => Promise<void>
}

export interface ClientEnvironment {
  readonly http: Http
  readonly openWire: OpenWire
  readonly nowMs: () => number
  readonly newId: () => string
  readonly after: (delayMs: number, work: () => void) => () => void
  readonly exclusively: <Value>(work: () => Promise<Value>) => Promise<Value>
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  readonly readHash: () => string
  readonly writeHash: (hash: string) => void
}

/** Ties everything together; nothing goes over the network before `session.start()`. */
export function createClient(environment: ClientEnvironment): Client {
  const { http, nowMs, after } = environment
  const session = new Session({ http, nowMs, after, exclusively: environment.exclusively })
  const connection = createConnection({
    openWire: environment.openWire,
    token: () => session.token,
    refresh: () => session.refresh(),
    nowMs,
    pause: (ms) => new Promise((resolve) => void after(ms, resolve)),
  })
  const outbox = outboxOf(environment, connection)
  const toasts = createToasts(nowMs, after)
  const words = textAndPreferences(environment)
  const showProblem = (problem: ProblemReport) =>
    toasts.show({ tone: 'trouble', text: refusalText(problem, words.text.get().t) })
  const client: Client = {
    http,
    session,
    connection,
    inbox: new InboxStore(connection),
    conversation: new ConversationStore(connection, outbox),
    outbox,
    toasts,
    ringing: createStore(silence),
    members: createStore<readonly MemberRow[]>([]),
    canned: createStore<readonly CannedReply[]>([]),
    available: createStore(false),
    degraded: createStore<readonly DegradedPart[]>(nothing),
    keptBack: createStore<readonly ChannelAccountView[]>(noAccounts),
    ...words,
    route: createStore(parseRoute(environment.readHash())),
    drafts: new Map(),
    taking: createStore<string | undefined>(undefined),
    go: (route) => {
      client.route.set(route)
      environment.writeHash(hashOf(route))
    },
    nowMs: () => nowMs() + connection.skewMs(),
    act: async (command) => {
      if (command.type === 'take-over') client.taking.set(command.conversation)
      const reply = await connection.send(command)
      if (!reply.ok) {
        client.taking.set(undefined)
        showProblem(reply.error)
        // Somebody was faster: what is on the screen is old.
        if (reply.error.code === 'refused') client.conversation.refresh()
      }
      return reply
    },
    showProblem,
    loadMembers: async () => {
      const reply = await connection.send({ type: 'members.list' })
      if (reply.ok) client.members.set(reply.value)
    },
    loadCanned: async () => {
      const reply = await connection.send({ type: 'canned.list' })
      if (reply.ok) client.canned.set(reply.value)
    },
  }
  wire(client)
  return client
}

function outboxOf({ nowMs, newId }: ClientEnvironment, connection: Connection): Outbox {
  return new Outbox({
    send: ({ conversation, clientId, text, template, offer, files }) =>
      connection.send({
        type: 'message.send',
        conversation,
        clientId,
        text,
        ...(template === undefined ? {} : { template }),
        ...(offer === undefined ? {} : { offer }),
        ...(files === undefined ? {} : { files }),
      }),
    nowMs: () => nowMs() + connection.skewMs(),
    newId,
  })
}

const nothing: readonly DegradedPart[] = []
const noAccounts: readonly ChannelAccountView[] = []

function textAndPreferences(environment: ClientEnvironment): Pick<Client, 'text' | 'preferences' | 'setPreferences'> {
  const translator = createTranslator()
  const text = createStore<Text>(translator.first)
  const preferences = createStore(readPreferences(environment.storage.getItem(preferencesKey)))
  const useLanguage = () => void translator.change(preferences.get().language).then(text.set)
  if (preferences.get().language !== 'en') useLanguage()
  return {
    text,
    preferences,
    setPreferences: (change) => {
      preferences.update((now) => ({ ...now, ...change }))
      environment.storage.setItem(preferencesKey, JSON.stringify(preferences.get()))
      if (change.language !== undefined) useLanguage()
    },
  }
}

function wire(client: Client): void {
  const { session, connection } = client
  session.state.subscribe(() => {
    const state = session.state.get()
    if (state.kind === 'signed-in' && !state.signedIn.passwordNeeded) {
      connection.start()
      connection.nudge()
    }
    if (state.kind === 'signed-out') connection.stop()
  })
  connection.onResume(() => {
    void client.outbox.flush()
    void client.loadMembers()
    void client.loadCanned()
  })
  connection.onFrame((frame) => {
    client.ringing.update((now) => ringOn(now, frame))
    if (frame.type === 'welcome') {
      client.available.set(frame.available)
      // Another server, perhaps: it says again what does not work.
      client.degraded.set(nothing)
      client.keptBack.set(noAccounts)
    }
    if (frame.type === 'degraded') client.degraded.set(frame.parts)
    if (frame.type === 'accounts') {
      client.keptBack.set(frame.accounts.filter(({ brakes }) => Object.keys(brakes).length > 0))
    }
    if (frame.type === 'member') {
      client.members.update((now) =>
        now.map((each) =>
          each.memberId === frame.memberId ? { ...each, available: frame.available, load: frame.load } : each,
        ),
      )
      if (frame.memberId === session.member?.memberId) client.available.set(frame.available)
    }
  })
}

/** Whether a member may do what only managers and admins may. */
export function mayManage(member: Member | undefined): boolean {
  return member !== undefined && member.role !== 'sales-agent'
}
