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

/** A customer over a real socket: sends, and keeps what arrives, with the moment it arrived. */
export interface Visitor {
  readonly conversation: string
  readonly token: string
  /** Messages in order of arrival. */
  readonly messages: readonly (PublicMessage & { readonly arrivedMs: number })[]
  readonly owner: () => PublicOwner
  command<Type extends keyof CustomerReplies>(
    command: Extract<CustomerCommand, { type: Type }>,
  ): Promise<Reply<CustomerReplies[Type]>>
  /** Resolves when `seen` holds, looked at after every frame; rejects after `withinMs`. */
  until(seen: () => boolean, withinMs: number): Promise<void>
  close(): void
}

/** Connects one visitor and waits for its welcome. Without a token a new visitor begins. */
export async function connectVisitor(url: string, workspace: string, token?: string): Promise<Visitor> {
  const socket: Socket = io(`${url}/customer`, {
    transports: ['websocket'],
    forceNew: true,
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
  let owner: PublicOwner = { kind: 'assistant' }
  const keep = (message: PublicMessage): void => {
    messages.push({ ...message, arrivedMs: performance.now() })
  }
  socket.on('frame', (frame: CustomerFrame) => {
    if (frame.type === 'welcome') owner = frame.transcript.owner
    if (frame.type === 'message') keep(frame.message)
    if (frame.type === 'owner') owner = frame.owner
    for (const watcher of watchers) watcher()
  })
  const welcome = await new Promise<Extract<CustomerFrame, { type: 'welcome' }>>((resolve, reject) => {
    socket.on('frame', (frame: CustomerFrame) => void (frame.type === 'welcome' && resolve(frame)))
    socket.on('connect_error', reject)
  })
  return {
    conversation: welcome.conversation,
    token: welcome.token,
    messages,
    owner: () => owner,
    command: async (command) => socket.timeout(30_000).emitWithAck('command', command),
    until: (seen, withinMs) =>
      new Promise((resolve, reject) => {
        const done = (finish: () => void): void => {
          watchers.delete(watcher)
          clearTimeout(timer)
          finish()
        }
        const watcher = (): void => void (seen() && done(resolve))
        const timer = setTimeout(() => done(() => reject(new Error(`not seen within ${withinMs} ms`))), withinMs)
        watchers.add(watcher)
        watcher()
      }),
    close: () => void socket.disconnect(),
  }
}
