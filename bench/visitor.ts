import { io, type Socket } from 'socket.io-client'
import {
  protocolVersion,
  type CustomerCommand,
  type CustomerFrame,
  type CustomerReplies,
  type PublicMessage,
  type PublicOwner,
  type Reply,
} from '#gateway/protocol.ts'
import { untilGone } from './until-gone.ts'

/** A customer over a real socket: sends, and keeps what arrives, with the moment it arrived. */
export interface Visitor {
  readonly conversation: string
  readonly token: string
  /** Messages in order of arrival; those before this connection came with the welcome. */
  readonly messages: readonly (PublicMessage & { readonly arrivedMs: number })[]
  readonly owner: () => PublicOwner
  command<Type extends keyof CustomerReplies>(
    command: Extract<CustomerCommand, { type: Type }>,
  ): Promise<Reply<CustomerReplies[Type]>>
  /** Resolves when `seen` holds, looked at after every frame; rejects after `withinMs`. */
  until(seen: () => boolean, withinMs: number): Promise<void>
  /** Ends when the connection has. */
  readonly gone: AbortSignal
  close(): void
}

/**
 * Connects one visitor and waits for its welcome. Without a token a new visitor begins. It does not reconnect by itself: once the server is gone
 * commands and `until` reject, and a caller connects again with the token, as the widget does.
 */
export async function connectVisitor(url: string, workspace: string, token?: string): Promise<Visitor> {
  const socket: Socket = io(`${url}/customer`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: {
      protocol: protocolVersion,
      workspace,
      language: 'en',
      timeZone: 'Asia/Kolkata',
      ...(token === undefined ? {} : { token }),
    },
  })
  const messages: (PublicMessage & { readonly arrivedMs: number })[] = []
  const watchers = new Set<() => void>()
  const gone = new AbortController()
  let owner: PublicOwner = { kind: 'assistant' }
  const keep = (message: PublicMessage): void => {
    messages.push({ ...message, arrivedMs: performance.now() })
  }
  socket.on('frame', (frame: CustomerFrame) => {
    if (frame.type === 'welcome') {
      owner = frame.transcript.owner
      for (const message of frame.transcript.messages) keep(message)
    }
    if (frame.type === 'message') keep(frame.message)
    if (frame.type === 'owner') owner = frame.owner
    for (const watcher of watchers) watcher()
  })
  socket.once('disconnect', () => gone.abort(new Error('the server has gone')))
  const welcome = await untilGone(
    gone.signal,
    new Promise<Extract<CustomerFrame, { type: 'welcome' }>>((resolve, reject) => {
      socket.on('frame', (frame: CustomerFrame) => void (frame.type === 'welcome' && resolve(frame)))
      socket.once('connect_error', reject)
    }),
  )
  return {
    conversation: welcome.conversation,
    token: welcome.token,
    messages,
    owner: () => owner,
    command: (command) => untilGone(gone.signal, socket.timeout(30_000).emitWithAck('command', command)),
    until: (seen, withinMs) => watched(seen, withinMs, { watchers, gone: gone.signal }),
    gone: gone.signal,
    close: () => void socket.disconnect(),
  }
}

function watched(
  seen: () => boolean,
  withinMs: number,
  { watchers, gone }: { readonly watchers: Set<() => void>; readonly gone: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (finish: () => void): void => {
      watchers.delete(watcher)
      clearTimeout(timer)
      gone.removeEventListener('abort', lost)
      finish()
    }
    const lost = (): void => done(() => reject(gone.reason))
    const watcher = (): void => void (seen() && done(resolve))
    const timer = setTimeout(() => done(() => reject(new Error(`not seen within ${withinMs} ms`))), withinMs)
    watchers.add(watcher)
    gone.addEventListener('abort', lost, { once: true })
    if (gone.aborted) lost()
    else watcher()
  })
}
