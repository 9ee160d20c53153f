import { connect } from 'node:net'
import { onPorts } from './on-ports.ts'

/** How a server that stands alone is started. */
export interface OneServerOptions {
  /** Its data is kept here, and found again by the next start on it. */
  readonly folder: string
  /** Taken when it is free, else another. */
  readonly port?: number
  /** `always` (unless said otherwise): what is acknowledged survives the machine. `default`: as quick as the server can, for tests. */
  readonly sync?: 'always' | 'default'
  /** The program; found, or built, when not given. */
  readonly program?: string
}

const answerWithinMs = 1000

/** Starts a server on one free port. */
export function onOnePort<T>(options: OneServerOptions, start: (port: number) => Promise<T>): Promise<T> {
  const first = options.port === undefined ? {} : { first: [options.port] }
  return onPorts({ count: 1, ...first }, ([port = 0]) => start(port))
}

/** What a server of this machine answers first to what it is sent; absent when that is nothing within a second. */
export function firstAnswer(port: number, request: string | Uint8Array): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: answerWithinMs }, () => socket.write(request))
    const end = (answer?: Buffer): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', end)
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end())
  })
}
