/**
 * A gateway for developing and testing the console: Socket.IO and HTTP as `gateway/protocol.ts` says, over a `FakeWorld` in memory.
 * `node console/testing/fake-gateway.ts [port]` serves it with a live script; sign in as asha@example.com, password `correct horse`.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as SocketServer, type Namespace, type Socket } from 'socket.io'
import { protocolVersion, type Member, type StaffCommand, type StaffFrame } from '#gateway/protocol.ts'
import { isRecord } from '../src/connection/http.ts'
import { FakeDeadLetters, FakeLeadEvents } from './fake-dead-letters.ts'
import { funnelOf } from './fake-funnel.ts'
import { createFakeHttp, type FakeHttp } from './fake-http.ts'
import { answerOffers } from './fake-offers.ts'
import { playScript } from './fake-script.ts'
import { answerBoards, answerStaff, matches, type StaffScene, type StaffSocketState } from './fake-staff.ts'
import { FakeWorld } from './fake-world.ts'

export interface FakeGateway {
  readonly url: string
  readonly world: FakeWorld
  readonly http: FakeHttp
  /** Members whose frames are lost on the way. */
  readonly deaf: Set<string>
  /** Cuts every socket; they may come back unless `refuse`. */
  readonly cut: (refuse: boolean) => void
  /** Loses the answers of commands while true, though they are carried out. */
  loseAnswers: boolean
  readonly stop: () => Promise<void>
}

/** Starts it on a free port, or the one given. */
export async function startFakeGateway(
  options: { readonly port?: number; readonly extraRows?: number; readonly dist?: string } = {},
): Promise<FakeGateway> {
  const world = new FakeWorld(Date.now, options.extraRows ?? 0)
  const http = createFakeHttp(options.dist ?? new URL('../../dist', import.meta.url).pathname)
  const server = createServer(
    (request: IncomingMessage, response: ServerResponse) => void http.handle(request, response),
  )
  const io = new SocketServer(server, { serveClient: false })
  const deadLetters = new FakeDeadLetters(Date.now())
  const leadEvents = new FakeLeadEvents(Date.now())
  let refusing = false
  const staff = io.of('/staff')
  const gateway = { loseAnswers: false, deaf: new Set<string>() }
  staff.use((socket, next) => {
    const auth: unknown = socket.handshake.auth
    const member =
      isRecord(auth) && auth['protocol'] === protocolVersion ? http.memberOf(String(auth['accessToken'])) : undefined
    if (refusing) return next(Object.assign(new Error('away'), { data: { code: 'unavailable' } }))
    if (member === undefined) return next(Object.assign(new Error('sign in'), { data: { code: 'unauthenticated' } }))
    socket.data.member = member
    next()
  })
  staff.on('connection', (socket) =>
    serve(socket, { world, deadLetters, leadEvents, loseAnswers: () => gateway.loseAnswers, deaf: gateway.deaf }),
  )
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(gateway, {
    url: `http://127.0.0.1:${port}`,
    world,
    http,
    cut: (refuse: boolean) => {
      refusing = refuse
      cutAll(staff)
    },
    stop: () => stopAll(io, server),
  })
}

function cutAll(staff: Namespace): void {
  for (const socket of staff.sockets.values()) socket.conn.close()
}

async function stopAll(io: SocketServer, server: Server): Promise<void> {
  await io.close()
  server.closeAllConnections()
}

interface Served {
  readonly world: FakeWorld
  readonly deadLetters: FakeDeadLetters
  readonly leadEvents: FakeLeadEvents
  readonly loseAnswers: () => boolean
  readonly deaf: ReadonlySet<string>
}

function serve(socket: Socket, { world, deadLetters, leadEvents, loseAnswers, deaf }: Served): void {
  const me: Member = socket.data.member
  const state: StaffSocketState = { query: { view: 'all', limit: 100 }, open: undefined, funnel: false }
  const scene: StaffScene = { world, deadLetters, leadEvents, me, socket: state }
  const send = (frame: StaffFrame) => void socket.emit('frame', frame)
  const available = world.members.find((each) => each.memberId === me.memberId)?.available ?? false
  send({ type: 'welcome', member: me, serverTimeMs: world.nowMs(), available })
  const stop = world.onFrame((frame) => (deaf.has(me.memberId) ? undefined : forward(frame, scene, send)))
  socket.on('disconnect', () => {
    stop()
    if (state.open !== undefined) world.presence(state.open, me.memberId, { viewing: false, typing: false })
  })
  socket.on('command', (command: StaffCommand, acknowledge: (reply: unknown) => void) => {
    const reply = answerBoards(command, scene) ?? answerOffers(command, scene) ?? answerStaff(command, scene)
    if (!loseAnswers()) acknowledge(reply)
  })
}

/** Every change of a row goes to the list; the rest only to whoever has it open. */
function forward(frame: StaffFrame, { world, me, socket }: StaffScene, send: (frame: StaffFrame) => void): void {
  if (frame.type === 'conversation.row') {
    send({
      type: 'inbox.row',
      row: frame.row,
      inView: matches(frame.row, socket.query, me.memberId),
      counts: world.counts(me.memberId),
    })
    if (socket.funnel) send({ type: 'funnel', funnel: funnelOf(world) })
  }
  if (frame.type.startsWith('conversation.') && 'conversation' in frame && frame.conversation !== socket.open) return
  send(frame)
}

if (import.meta.main) {
  const gateway = await startFakeGateway({ port: Number(process.argv[2] ?? 0), extraRows: 2_000 })
  playScript(gateway.world, () => randomUUID())
  process.stdout.write(`${gateway.url}/console/  asha@example.com / correct horse\n`)
}
