/**
 * The customer half of the protocol over a real Socket.IO server, with scripted answers: for developing the widget and for its browser tests.
 * It also serves the built widget and demo page, with the strict content security policy of the real one, and pages a test brings.
 * Faults are switched on by a test: acknowledgements lost, frames doubled, a number skipped, connections dropped, everything slow.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { Server, type Socket } from 'socket.io'
import type { CustomerCommand, CustomerFrame, CustomerHandshake, ProblemReport, Reply } from '#gateway/protocol.ts'
import { limits, protocolVersion } from '#gateway/protocol.ts'
import { FakeConversation } from './fake-conversation.ts'

export interface FakeGatewayOptions {
  /** Folder of the build: `widget/` and `demo/` inside. */
  readonly dist: string
  /** 0 takes a free one. */
  readonly port?: number
  readonly host?: string
  /** Pages by path, sent without a content security policy. */
  readonly pages?: { readonly [path: string]: string }
  /** How long the scripted assistant takes; 0 by default. */
  readonly thinkMs?: number
}

export interface Faults {
  /** So many next acknowledgements of `message.send` are lost although the message was taken. */
  loseAcks: number
  /** Every message frame is sent twice. */
  duplicate: boolean
  /** So many next message frames are not sent at all. */
  skipFrames: number
  /** Every command waits this long. */
  slowMs: number
  /** So many next `message.send` are answered with this problem. */
  refuse: { times: number; problem: ProblemReport } | undefined
}

export interface FakeGateway {
  readonly url: string
  readonly faults: Faults
  readonly conversations: ReadonlyMap<string, FakeConversation>
  /** Cuts every connection; clients are free to come back. */
  drop(): void
  close(): Promise<void>
}

/** Starts one on 127.0.0.1. */
export async function startFakeGateway(options: FakeGatewayOptions): Promise<FakeGateway> {
  const faults: Faults = { loseAcks: 0, duplicate: false, skipFrames: 0, slowMs: 0, refuse: undefined }
  const conversations = new Map<string, FakeConversation>()
  const server = createServer((request, response) => void serve(options, request, response))
  const sockets = new Server(server, { cors: { origin: true }, maxHttpBufferSize: limits.frameMaxBytes })
  const customers = sockets.of('/customer')
  customers.use((socket, next) => {
    const { protocol, token }: CustomerHandshake = handshakeOf(socket)
    if (protocol !== protocolVersion) return next(refusal('protocol-unsupported', 'Please reload the page.'))
    if (token !== undefined && !conversations.has(token))
      return next(refusal('unauthenticated', 'This visitor is not known.'))
    next()
  })
  customers.on('connection', (socket) => {
    const { token = randomUUID() } = handshakeOf(socket)
    const emit = (frame: CustomerFrame) => customers.to(token).emit('frame', frame)
    const conversation =
      conversations.get(token) ??
      new FakeConversation({ token, thinkMs: options.thinkMs ?? 0, emit: withFaults(emit, faults) })
    conversations.set(token, conversation)
    void socket.join(token)
    socket.emit('frame', conversation.welcome())
    socket.on('command', (command: CustomerCommand, reply: (value: Reply<unknown>) => void) => {
      void answer(conversation, faults, command).then((value) => value !== undefined && reply(value))
    })
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    conversations,
    drop: () => {
      for (const socket of customers.sockets.values()) socket.conn.close()
    },
    close: async () => {
      for (const conversation of conversations.values()) conversation.stop()
      await sockets.close()
    },
  }
}

/** The reply, or nothing when its loss is asked for. */
async function answer(
  conversation: FakeConversation,
  faults: Faults,
  command: CustomerCommand,
): Promise<Reply<unknown> | undefined> {
  if (faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.slowMs))
  if (command.type !== 'message.send') return { ok: true, value: conversation.take(command) }
  const { refuse } = faults
  if (refuse !== undefined && refuse.times > 0) {
    refuse.times -= 1
    return { ok: false, error: refuse.problem }
  }
  if (command.text.length > limits.textMax) {
    return { ok: false, error: { code: 'too-large', message: 'Too long.', retry: 'never' } }
  }
  const value = conversation.take(command)
  if (faults.loseAcks === 0) return { ok: true, value }
  faults.loseAcks -= 1
  return undefined
}

function withFaults(emit: (frame: CustomerFrame) => void, faults: Faults): (frame: CustomerFrame) => void {
  return (frame) => {
    if (frame.type === 'message' && faults.skipFrames > 0) {
      faults.skipFrames -= 1
      return
    }
    emit(frame)
    if (faults.duplicate) emit(frame)
  }
}

function handshakeOf(socket: Socket): CustomerHandshake {
  return socket.handshake.auth as CustomerHandshake
}

function refusal(code: ProblemReport['code'], message: string): Error {
  return Object.assign(new Error(code), { data: { code, message, retry: 'never' } satisfies ProblemReport })
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')

const contentTypes: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

async function serve(options: FakeGatewayOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const page = options.pages?.[pathname]
  if (page !== undefined) return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  const file = fileFor(normalize(pathname))
  try {
    const content = await readFile(join(options.dist, file))
    const type = contentTypes[extname(file)] ?? 'application/octet-stream'
    response
      .writeHead(200, { 'content-type': type, 'content-security-policy': policy, 'access-control-allow-origin': '*' })
      .end(content)
  } catch {
    response.writeHead(404).end()
  }
}

function fileFor(path: string): string {
  if (path.startsWith('/widget/')) return path
  return path === '/' ? '/demo/index.html' : `/demo${path}`
}
