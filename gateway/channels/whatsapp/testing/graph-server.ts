import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the played Graph API does with the next call: answers, says nothing, or breaks the connection once it has read the call. */
export type PlayedAnswer =
  | 'silence'
  | 'break'
  | {
      readonly status?: number
      readonly headers?: { readonly [name: string]: string }
      /** Bytes and text go as they are, everything else as JSON. */
      readonly body?: unknown
    }

/** A call as the played Graph API heard it. */
export interface PlayedCall {
  readonly method: string
  readonly path: string
  readonly query: { readonly [name: string]: string }
  readonly token: string
  readonly contentType: string
  readonly body: Buffer
}

/** A Graph API for tests, over HTTP. It plays what it is told, call after call, and keeps what it heard. */
export interface GraphServer {
  readonly url: string
  readonly calls: readonly PlayedCall[]
  plays(...answers: readonly PlayedAnswer[]): void
  /** Settles once the next call has been read whole. */
  heard(): Promise<void>
  stop(): Promise<void>
}

/** Starts one on a free port of this machine. */
export async function startGraphServer(): Promise<GraphServer> {
  const answers: PlayedAnswer[] = []
  const calls: PlayedCall[] = []
  let hear = Promise.withResolvers<void>()
  const server = createServer((request, response) => void play(request, response))
  const play = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    calls.push(await read(request))
    hear.resolve()
    hear = Promise.withResolvers()
    const answer = answers.shift() ?? { status: 500, body: 'nothing is played any more' }
    if (answer === 'silence') return
    if (answer === 'break') return void request.socket.destroy()
    const { status = 200, headers = {}, body = '' } = answer
    response.writeHead(status, headers)
    response.end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on TCP, so its address has a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    plays: (...more) => void answers.push(...more),
    heard: () => hear.promise,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function read(request: IncomingMessage): Promise<PlayedCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://played')
  return {
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    token: (request.headers.authorization ?? '').replace('Bearer ', ''),
    contentType: request.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  }
}
