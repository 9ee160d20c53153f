import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface HttpLoad {
  readonly port: number
  /** Whole requests as they go over the wire, keep-alive, each sent once. */
  readonly requests: readonly Buffer[]
  readonly perSecond: number
  readonly sockets: number
}

export interface LoadTaken {
  /** Milliseconds of each, from the moment it was due: what waited for a free connection has waited. */
  readonly took: readonly number[]
  /** How many were answered with what. */
  readonly statuses: ReadonlyMap<number, number>
  /** Answers a second, from the first request to the last answer. */
  readonly perSecond: number
}

const everyMs = 2

/** Offers requests at an even pace, whatever the answers do, over connections that stay open. Rejects when one breaks. */
export async function offerLoad({ port, requests, perSecond, sockets }: HttpLoad): Promise<LoadTaken> {
  const took: number[] = []
  const statuses = new Map<number, number>()
  const done = Promise.withResolvers<void>()
  const due: { readonly request: Buffer; readonly dueMs: number }[] = []
  let at = 0
  const lines = await Promise.all(Array.from({ length: sockets }, () => openLine(port, done.reject)))
  const idle = [...lines]
  const next = (): void => {
    while (at < due.length) {
      const line = idle.pop()
      const work = due[at]
      if (line === undefined || work === undefined) return
      at += 1
      line.ask(work.request, (status) => {
        took.push(performance.now() - work.dueMs)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        idle.push(line)
        if (took.length === requests.length) done.resolve()
        else next()
      })
    }
  }
  const beganMs = performance.now()
  const offering = async (): Promise<void> => {
    while (due.length < requests.length) {
      const until = Math.min(requests.length, Math.floor(((performance.now() - beganMs) * perSecond) / 1000))
      for (const request of requests.slice(due.length, until))
        due.push({ request, dueMs: beganMs + (due.length * 1000) / perSecond })
      next()
      await sleep(everyMs)
    }
  }
  await Promise.all([offering(), done.promise])
  const seconds = (performance.now() - beganMs) / 1000
  for (const line of lines) line.close()
  return { took, statuses, perSecond: requests.length / seconds }
}

/** A `POST` as it goes over the wire. */
export function postRequest(path: string, headers: { readonly [name: string]: string }, body: Buffer): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', 'content-length': String(body.length), ...headers })
  const head = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

interface Line {
  ask(request: Buffer, answered: (status: number) => void): void
  close(): void
}

async function openLine(port: number, broken: (error: Error) => void): Promise<Line> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let waiting: ((status: number) => void) | undefined
  let text = ''
  socket.on('error', broken)
  socket.on('close', () => broken(new Error('the server closed a connection')))
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    const status = wholeAnswer(text)
    if (status === undefined) return
    text = ''
    const answered = waiting
    waiting = undefined
    answered?.(status)
  })
  return {
    ask(request, answered) {
      waiting = answered
      socket.write(request)
    },
    close: () => void socket.removeAllListeners('close').destroy(),
  }
}

/** The status of an answer that has come to its end. */
function wholeAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0)
  return text.length >= head + 4 + length ? Number(text.slice(9, 12)) : undefined
}
