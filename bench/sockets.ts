import { setTimeout as sleep } from 'node:timers/promises'
import { signIn } from './live.ts'
import { connectMember, type StaffSocket } from './member.ts'
import { quantile, spread, thousands, type Figure } from './measure.ts'
import { startServer, type ServerProcess } from './server-process.ts'
import { connectVisitor, type Visitor } from './visitor.ts'

const sockets = 5000
/** Customers who write; so many that none writes faster than a customer may. */
const writers = 400
const framesPerSecond = 500
const seconds = 15

/**
 * Five thousand customers on one gateway. Some of them write to a person who has taken over, so that no assistant is measured: from sending to the
 * numbered, durable message on the customer's own socket.
 */
export async function measureSockets(folder: (name: string) => string): Promise<readonly Figure[]> {
  const server = await startServer({
    dataFolder: folder('sockets'),
    environment: { FINEACERS_VISITORS_PER_MINUTE: '1000000', FINEACERS_SAMPLE: 'no' },
  })
  try {
    const crowd = await connectAll(server)
    const talking = crowd.slice(0, writers)
    const staff = await takeOver(server, talking)
    const took = await write(talking)
    for (const visitor of crowd) visitor.close()
    staff.close()
    return [
      {
        what: `Message to numbered frame, ${thousands(crowd.length)} sockets on one gateway, ${framesPerSecond} frames/s`,
        value: spread(took),
        bar: 'p99 < 250 ms',
        holds: quantile(took, 0.99) < 250,
      },
    ]
  } finally {
    await server.stop()
  }
}

async function connectAll(server: ServerProcess): Promise<readonly Visitor[]> {
  const crowd: Visitor[] = []
  while (crowd.length < sockets) {
    const some = Array.from({ length: 50 }, () => connectVisitor(server.url, 'demo'))
    crowd.push(...(await Promise.all(some)))
  }
  return crowd
}

/** A conversation begins with its first message; then a person has it, and the assistant is silent. */
async function takeOver(server: ServerProcess, talking: readonly Visitor[]): Promise<StaffSocket> {
  const staff = await connectMember(server.url, (await signIn(server)).accessToken)
  for (const visitor of talking) {
    await visitor.command({ type: 'message.send', clientId: 'first', text: 'hello' })
    const { conversation } = visitor
    for (;;) {
      const taken = await staff.command({ type: 'take-over', conversation })
      if (taken.ok) break
      if (taken.error.code !== 'rate-limited') throw new Error(taken.error.message)
      await sleep(taken.error.retryAfterMs ?? 1000)
    }
  }
  return staff
}

async function write(talking: readonly Visitor[]): Promise<readonly number[]> {
  const took: number[] = []
  const seen = talking.map((visitor) => visitor.messages.length)
  const began = new Map<string, number>()
  const beganMs = performance.now()
  const pending: Promise<unknown>[] = []
  for (let sent = 0; sent < framesPerSecond * seconds;) {
    const due = Math.floor(((performance.now() - beganMs) / 1000) * framesPerSecond)
    for (; sent < due; sent++) {
      const visitor = talking[sent % talking.length]
      if (visitor === undefined) continue
      const clientId = `w${sent}`
      began.set(`${visitor.conversation} ${clientId}`, performance.now())
      pending.push(visitor.command({ type: 'message.send', clientId, text: `message ${sent}` }))
    }
    await sleep(1)
  }
  await Promise.all(pending)
  await sleep(2000)
  talking.forEach(({ conversation, messages }, index) => {
    for (const { clientId, arrivedMs } of messages.slice(seen[index])) {
      const sentMs = began.get(`${conversation} ${clientId ?? ''}`)
      if (sentMs !== undefined) took.push(arrivedMs - sentMs)
    }
  })
  if (took.length < framesPerSecond * seconds) throw new Error(`only ${took.length} frames arrived`)
  return took
}
