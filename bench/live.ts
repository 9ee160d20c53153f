import { setTimeout as sleep } from 'node:timers/promises'
import type { SignedIn } from '#gateway/protocol.ts'
import { connectMember } from './member.ts'
import { milliseconds, quantile, spread, type Figure } from './measure.ts'
import { startServer, type ServerProcess } from './server-process.ts'
import { connectVisitor, type Visitor } from './visitor.ts'

const sayings = [
  '3 bhk in whitefield under 1.2 crore',
  '2 bhk chahiye 80 lakh ke andar',
  'hello',
  'any villa in pune under 3 crore?',
  'what is rera?',
]
const visitors = 50
const seconds = 20

/** 50 messages a second over real sockets against a server in its own process: message to reply on the widget, and to frame in the console. */
export async function measureLive(folder: (name: string) => string): Promise<readonly Figure[]> {
  const server = await startServer({ dataFolder: folder('live') })
  try {
    return await chatAndWatch(server)
  } finally {
    await server.stop()
  }
}

async function chatAndWatch(server: ServerProcess): Promise<readonly Figure[]> {
  const crowd = await Promise.all(Array.from({ length: visitors }, () => connectVisitor(server.url, 'demo')))
  // A conversation begins with its first message.
  for (const visitor of crowd) await visitor.command({ type: 'message.send', clientId: 'first', text: 'hello' })
  await sleep(2000)
  const staff = await connectMember(server.url, (await signIn(server)).accessToken)
  const frames: number[] = []
  staff.onFrame((frame) => void (frame.type === 'conversation.message' && frames.push(Date.now() - frame.message.atMs)))
  for (const visitor of crowd.slice(0, 10)) {
    const opened = await staff.command({
      type: 'conversation.open',
      conversation: visitor.conversation,
      after: 0,
      keep: true,
    })
    if (!opened.ok) throw new Error(opened.error.message)
  }
  const replies = (await Promise.all(crowd.map((visitor, index) => talk(visitor, index)))).flat()
  staff.close()
  for (const visitor of crowd) visitor.close()
  const [p50, p99, frame99] = [quantile(replies, 0.5), quantile(replies, 0.99), quantile(frames, 0.99)]
  return [
    {
      what: `Message to reply on the widget, 50 messages/s (${replies.length} replies)`,
      value: spread(replies),
      bar: 'p50 < 150 ms, p99 < 500 ms',
      holds: p50 < 150 && p99 < 500,
    },
    {
      what: `Accepted to frame in the console (${frames.length} frames)`,
      value: spread(frames),
      bar: `p99 < ${milliseconds(100)}`,
      holds: frame99 < 100,
    },
  ]
}

async function talk(visitor: Visitor, index: number): Promise<readonly number[]> {
  const took: number[] = []
  await sleep((1000 / visitors) * index)
  for (let second = 0; second < seconds; second++) {
    const beganMs = performance.now()
    const text = sayings[(index + second) % sayings.length] ?? 'hello'
    const reply = await visitor.command({ type: 'message.send', clientId: `b${second}`, text })
    if (!reply.ok) throw new Error(reply.error.message)
    const answered = (): Visitor['messages'][number] | undefined =>
      visitor.messages.find((message) => message.n > reply.value.n && message.author.kind === 'assistant')
    await visitor.until(() => answered() !== undefined || visitor.owner().kind !== 'assistant', 10_000)
    const answer = answered()
    if (answer === undefined) break
    took.push(answer.arrivedMs - beganMs)
    await sleep(Math.max(0, 1000 - (performance.now() - beganMs)))
  }
  return took
}

/** Signs in with the one-time code that the server printed. */
export async function signIn(server: ServerProcess): Promise<SignedIn> {
  const answer = await fetch(`${server.url}/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: server.code ?? '' }),
  })
  if (!answer.ok) throw new Error(`sign-in answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as SignedIn
}
