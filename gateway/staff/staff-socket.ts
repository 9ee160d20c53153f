import { staffCommand, staffHandshake, readCommand, wordsOf } from '../command-schemas.ts'
import { admitted, onCommands } from '../command-socket.ts'
import { GatewayError, problemOf } from '../errors.ts'
import type { House } from '../house.ts'
import { mayCommand } from '../permissions.ts'
import type { Member, StaffCommand } from '../protocol.ts'
import { limits, protocolVersion } from '../protocol.ts'
import { namedAccounts, watchAccounts } from './account-feed.ts'
import { createActorFeed } from './actor-feed.ts'
import { actorCommands } from './actor-commands.ts'
import type { Attendance } from './attendance.ts'
import { createAttendance } from './attendance.ts'
import { conversationCommands } from './conversation-commands.ts'
import type { Feeds } from './feeds.ts'
import { watchDegraded, type Degraded } from './degraded.ts'
import { createFunnelFeed } from './funnel-feed.ts'
import type { Handlers, Scene } from './handlers.ts'
import { createInboxFeed } from './inbox-feed.ts'
import { inboxCommands } from './inbox-commands.ts'
import { leadCommands, teamCommands } from './lead-commands.ts'
import { leadEventCommands } from './lead-event-commands.ts'
import { watchLeadEvents } from './lead-event-feed.ts'
import { offerCommands } from './offer-commands.ts'
import { templateCommands } from './template-commands.ts'
import type { Ending } from '../signals.ts'
import type { StaffNamespace, StaffSocket } from './staff-session.ts'
import { StaffSession } from './staff-session.ts'

const handlers: Handlers<StaffCommand['type']> = {
  ...inboxCommands,
  ...conversationCommands,
  ...leadCommands,
  ...teamCommands,
  ...actorCommands,
  ...leadEventCommands,
  ...templateCommands,
  ...offerCommands,
}

const nobody: ReadonlySet<StaffSession> = new Set()

/** How often a socket's sign-in and account are looked up: its end may have been told while this gateway could not hear it. */
const checkEveryMs = 60_000

/** The staff side of the gateway. */
export interface StaffHouse {
  stop(): void
}

/** Serves `/staff`. A socket belongs to one member; a command is read, allowed or not by the table, and carried out in their workspace. */
export function serveStaff(namespace: StaffNamespace, house: House): StaffHouse {
  const sessions = new Map<StaffSession, StaffSocket>()
  const byWorkspace = new Map<string, Set<StaffSession>>()
  const of = (workspace: string): ReadonlySet<StaffSession> => byWorkspace.get(workspace) ?? nobody
  const feeds: Feeds = {
    inbox: createInboxFeed(house, of),
    funnel: createFunnelFeed(house, of),
    actors: createActorFeed(house, of),
    of,
  }
  const attendance = createAttendance(house, of)
  const stopLeadEvents = watchLeadEvents(house, of)
  const stopAccounts = watchAccounts(house, of)

  namespace.use((socket, next) => {
    admitted(admit(socket, house), next)
  })
  namespace.on('connection', (socket) => {
    const session = new StaffSession(socket, house.metrics)
    const stop = [
      () => sessions.delete(session),
      () => byWorkspace.get(session.member.workspace)?.delete(session),
      attendance.arrive(session),
      signOutAtExpiry(session, socket, house),
      signOutOnceEnded(session, socket, house),
      () => session.leave(),
      () => house.metrics.sockets.dec({ audience: 'staff' }),
    ]
    sessions.set(session, socket)
    for (const frame of socket.data.missed.splice(0)) session.send(frame)
    const colleagues = byWorkspace.get(session.member.workspace) ?? new Set()
    byWorkspace.set(session.member.workspace, colleagues.add(session))
    house.metrics.sockets.inc({ audience: 'staff' })
    onCommands(socket, { log: house.log, handle: (input) => command(input, { house, feeds, session }) })
    socket.on('disconnect', () => stop.splice(0).forEach((each) => each()))
    greet(session, { house, feeds, attendance, degraded }).catch((error: unknown) => {
      house.log.error('a member could not be greeted', { error: String(error) })
      socket.disconnect(true)
    })
  })

  const stops = [
    house.signals.onEnd((ending) => {
      for (const [session, socket] of sessions) if (isMeant(session, ending)) signedOut(session, socket, ending.reason)
    }),
  ]
  const degraded = watchDegraded(house, (parts) => {
    for (const session of sessions.keys()) session.send({ type: 'degraded', parts })
  })
  return {
    stop() {
      for (const stop of stops) stop()
      for (const each of [feeds.inbox, feeds.funnel, feeds.actors, attendance, degraded]) each.stop()
      stopLeadEvents()
      stopAccounts()
    },
  }
}

function isMeant({ family, member }: StaffSession, ending: Ending): boolean {
  if ('family' in ending) return family === ending.family
  return member.workspace === ending.workspace && member.memberId === ending.memberId
}

/** What a member who comes in meets. */
interface Hall {
  readonly house: House
  readonly feeds: Feeds
  readonly attendance: Attendance
  readonly degraded: Degraded
}

async function admit(socket: StaffSocket, house: House): Promise<void> {
  const parsed = staffHandshake.safeParse(socket.handshake.auth)
  if (!parsed.success) throw new GatewayError('unauthenticated', wordsOf(parsed.error.issues[0]))
  if (parsed.data.protocol !== protocolVersion) throw new GatewayError('protocol-unsupported')
  const access = await house.tokens.verifyAccess(parsed.data.accessToken)
  const member = await house.accounts.get(access.member.workspace, access.member.memberId)
  if (member === undefined) throw new GatewayError('unauthenticated', 'Your account was removed.')
  if (!(await house.sessions.holds(access.family))) throw new GatewayError('unauthenticated', 'You signed out.')
  // Whoever comes back as somebody else gets nothing of who they were.
  const same = socket.recovered && isSame(socket.data.access.member, member)
  Object.assign(socket.data, { access: { ...access, member }, missed: same ? socket.data.missed : [] })
}

function isSame(one: Member, other: Member): boolean {
  return one.workspace === other.workspace && one.memberId === other.memberId
}

async function greet(session: StaffSession, { house, feeds, attendance, degraded }: Hall): Promise<void> {
  const available = await attendance.restored(session)
  session.send({ type: 'welcome', member: session.member, serverTimeMs: house.clock.nowMs(), available })
  const parts = degraded.parts()
  if (parts.length > 0) session.send({ type: 'degraded', parts })
  await feeds.inbox.ring(session)
  const accounts = await namedAccounts(house, session.member.workspace).catch(() => [])
  if (accounts.some(({ brakes }) => Object.keys(brakes).length > 0)) session.send({ type: 'accounts', accounts })
}

function signOutAtExpiry(session: StaffSession, socket: StaffSocket, { clock }: House): () => void {
  const { expiresAtMs } = socket.data.access
  return clock.schedule(expiresAtMs, () => signedOut(session, socket, 'Your session has run out: refresh it.'))
}

/** What was told while nobody could hear it is in the records. Records that can't be read change nothing. */
function signOutOnceEnded(session: StaffSession, socket: StaffSocket, house: House): () => void {
  const { accounts, clock, log, sessions } = house
  const { workspace, memberId } = session.member
  let cancel = (): void => {}
  const check = async (): Promise<void> => {
    const [holds, member] = await Promise.all([sessions.holds(session.family), accounts.get(workspace, memberId)])
    if (!holds) signedOut(session, socket, 'Your session has ended: sign in again.')
    else if (member === undefined) signedOut(session, socket, 'Your account was removed.')
  }
  const later = (): void => {
    cancel = clock.schedule(clock.nowMs() + checkEveryMs, () => {
      check().catch((error: unknown) => log.warn('a sign-in could not be looked up', { error: String(error) }))
      later()
    })
  }
  later()
  return () => cancel()
}

function signedOut(session: StaffSession, socket: StaffSocket, reason: string): void {
  session.send({ type: 'signed-out', reason })
  socket.disconnect(true)
}

async function command(input: unknown, scene: Scene): Promise<unknown> {
  const { house, session } = scene
  try {
    const read = readCommand<StaffCommand>(staffCommand, input)
    const { role, memberId, workspace } = session.member
    if (!mayCommand(role, read.type)) throw new GatewayError('forbidden', `Your role does not allow ${read.type}.`)
    // Members go on answering while the gateways can't count together.
    const budget = { ...limits.staffCommands, whenAway: 'alone' } as const
    const { allowed, retryAfterMs } = await house.ephemeral.limit(`staff/${workspace}/${memberId}`, budget)
    if (!allowed) throw new GatewayError('rate-limited', undefined, { retryAfterMs })
    const value = await carryOut(read, scene)
    house.metrics.commands.inc({ audience: 'staff', outcome: 'ok' })
    return value
  } catch (error) {
    house.metrics.commands.inc({ audience: 'staff', outcome: problemOf(error).code })
    throw error
  }
}

/** The handler of the command's own type. The table is typed by command; here the type is that of any. */
function carryOut(read: StaffCommand, scene: Scene): Promise<unknown> {
  const handler = handlers[read.type] as (command: StaffCommand, scene: Scene) => Promise<unknown>
  return handler(read, scene)
}
