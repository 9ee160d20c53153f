import { connect, createServer, type Server, type Socket } from 'node:net'
import { FaultLane } from './fault-lane.ts'

export interface FaultProxyOptions {
  /** The server behind it. */
  readonly to: { readonly host: string; readonly port: number }
}

/** A network between a client and a server that fails when it is told to. It starts well. */
export interface FaultProxy {
  readonly port: number
  /** `host:port`, to be put behind a scheme: `nats://${proxy.address}`. */
  readonly address: string
  /** Connections that are open through it now. */
  readonly connections: number
  /** Every piece arrives this much later, in both directions and in order. 0 ends it. */
  delay(ms: number): void
  /** Nothing arrives on either side and nobody is told, as when a cable is out. New connections hang. */
  cut(): void
  /** Requests arrive and answers don't: a write is done and its acknowledgement is lost, once `resetAll` follows. */
  stallReplies(): void
  /** Ends `cut` and `stallReplies`. What was held on connections that are still open arrives now, as after a network's own repeats. */
  heal(): void
  /** Breaks every open connection (RST); what was held in them is lost. New ones are made as before. */
  resetAll(): void
  /** Breaks every connection and listens no more. */
  stop(): Promise<void>
}

/**
 * A TCP proxy on a free port, for faults between a client and a server.
 *
 * A NATS client learns the addresses of all servers from any of them and may come back past the proxy: connect with
 * `ignoreClusterUpdates: true`. The same goes for drivers of replicated MongoDB: `directConnection=true`.
 */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TcpFaultProxy(options.to)
  await proxy.listen()
  return proxy
}

interface Link {
  readonly client: Socket
  readonly upstream: Socket
  readonly requests: FaultLane
  readonly replies: FaultLane
}

/**
 * Owns: the listener, and both sockets of every connection with the lane of each direction. Called by the test that made it.
 * 1. The faults of the moment hold for connections that are open and for those that come.
 * 2. Within a direction the order of bytes is kept, whatever the faults.
 */
class TcpFaultProxy implements FaultProxy {
  readonly #to: FaultProxyOptions['to']
  readonly #server: Server
  readonly #links = new Set<Link>()
  #port = 0
  #delayMs = 0
  #requestsHeld = false
  #repliesHeld = false

  constructor(to: FaultProxyOptions['to']) {
    this.#to = to
    // Half open: a side that has ended is told to the other in its turn.
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#link(client))
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address()
        this.#port = typeof address === 'object' && address !== null ? address.port : 0
        resolve()
      })
    })
  }

  /** Stays after the stop. */
  get port(): number {
    return this.#port
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  get connections(): number {
    return this.#links.size
  }

  delay(ms: number): void {
    this.#delayMs = ms
    this.#apply()
  }

  cut(): void {
    this.#requestsHeld = true
    this.#repliesHeld = true
    this.#apply()
  }

  stallReplies(): void {
    this.#repliesHeld = true
    this.#apply()
  }

  heal(): void {
    this.#requestsHeld = false
    this.#repliesHeld = false
    this.#apply()
  }

  resetAll(): void {
    for (const { client, upstream } of this.#links) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
    this.#links.clear()
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()))
    this.resetAll()
    await closed
  }

  #link(client: Socket): void {
    const upstream = connect({ ...this.#to, allowHalfOpen: true, noDelay: true })
    client.setNoDelay(true)
    const link = {
      client,
      upstream,
      requests: new FaultLane(client, upstream),
      replies: new FaultLane(upstream, client),
    }
    this.#links.add(link)
    for (const socket of [client, upstream]) {
      socket.once('close', () => {
        if (client.destroyed && upstream.destroyed) this.#links.delete(link)
      })
    }
    // P1: the faults of the moment hold for it too.
    this.#set(link)
  }

  #apply(): void {
    for (const link of this.#links) this.#set(link)
  }

  #set({ requests, replies }: Link): void {
    requests.set({ delayMs: this.#delayMs, held: this.#requestsHeld })
    replies.set({ delayMs: this.#delayMs, held: this.#repliesHeld })
  }
}
