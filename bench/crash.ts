import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicMessage } from '#gateway/protocol.ts'
import { startServer, type ServerProcess } from './server-process.ts'
import { connectVisitor, type Visitor } from './visitor.ts'

export interface CrashReport {
  readonly kills: number
  readonly conversations: number
  readonly messages: number
  readonly answered: number
  readonly handedOver: number
  /** Every broken promise: lost, doubled, unanswered, or out of number. */
  readonly wrong: readonly string[]
}

export interface CrashOptions {
  readonly dataFolder: string
  readonly port: number
  readonly workspace: string
  readonly kills: number
  readonly visitors: number
  /** In [0, 1): when to strike and what to say. */
  readonly random: () => number
}

const sayings = [
  '3 bhk in whitefield under 1.2 crore',
  "what's the emi on the first one with 20% down",
  '2 bhk chahiye 80 lakh ke andar',
  'hello there',
  'any villa in pune',
  'is it near a school',
  'what is rera?',
]

const settleWithinMs = 60_000

/**
 * A crowd chats while the server is killed again and again (`kill -9`) and started anew on the same folder and port. Every client keeps
 * its token and repeats what was not acknowledged, as the widget does. At the end the transcripts are judged.
 */
export async function crashCrowd(options: CrashOptions): Promise<CrashReport> {
  let server = await startServer(options)
  const crowdState = { over: false }
  const chats: Chat[] = []
  const crowd = Array.from({ length: options.visitors }, async (_, index) => {
    while (!crowdState.over) {
      const chat = newChat(`v${index}-${chats.length}`)
      chats.push(chat)
      await talk(chat, {
        url: () => server.url,
        workspace: options.workspace,
        random: options.random,
        over: () => crowdState.over,
      })
    }
  })
  for (let kill = 0; kill < options.kills; kill++) {
    await sleep(150 + options.random() * 1200)
    server = await killAndRestart(server, options)
  }
  crowdState.over = true
  await Promise.all(crowd)
  const report = await judge(chats, server.url, options.workspace)
  await server.stop()
  return { kills: options.kills, ...report }
}

async function killAndRestart(server: ServerProcess, options: CrashOptions): Promise<ServerProcess> {
  await server.kill()
  return startServer(options)
}

/** One conversation of the crowd's and what its customer knows to have been accepted. */
interface Chat {
  readonly name: string
  token?: string
  readonly accepted: string[]
}

function newChat(name: string): Chat {
  return { name, accepted: [] }
}

interface TalkOptions {
  readonly url: () => string
  readonly workspace: string
  readonly random: () => number
  readonly over: () => boolean
}

/** Says up to four things, each until acknowledged and then until answered; ends early once handed over. */
async function talk(chat: Chat, options: TalkOptions): Promise<void> {
  let visitor = await reach(chat, options)
  for (let index = 0; index < 4 && !options.over(); index++) {
    const clientId = `${chat.name}-${index}`
    const text = sayings[Math.floor(options.random() * sayings.length)] ?? ''
    for (;;) {
      try {
        const reply = await visitor.command({ type: 'message.send', clientId, text })
        if (!reply.ok && reply.error.retry === 'never') throw new Error(reply.error.message)
        if (!reply.ok) continue
        chat.accepted.push(clientId)
        const { n } = reply.value
        await visitor.until(() => visitor.messages.some((message) => message.n > n && isOutcome(message)), 4_000)
        break
      } catch {
        visitor.close()
        if (chat.accepted.includes(clientId) && options.over()) return
        visitor = await reach(chat, options)
        if (chat.accepted.includes(clientId)) break
      }
    }
    if (visitor.owner().kind !== 'assistant') break
  }
  visitor.close()
}

async function reach(chat: Chat, options: TalkOptions): Promise<Visitor> {
  for (;;) {
    try {
      const visitor = await connectVisitor(options.url(), options.workspace, chat.token)
      chat.token = visitor.token
      return visitor
    } catch {
      await sleep(50)
    }
  }
}

function isOutcome(message: Pick<PublicMessage, 'author'>): boolean {
  return (
    message.author.kind === 'assistant' || (message.author.kind === 'system' && message.author.notice === 'handed-off')
  )
}

async function judge(chats: readonly Chat[], url: string, workspace: string): Promise<Omit<CrashReport, 'kills'>> {
  const totals = { conversations: 0, messages: 0, answered: 0, handedOver: 0, wrong: [] as string[] }
  for (const chat of chats) {
    if (chat.token === undefined) continue
    const visitor = await connectVisitor(url, workspace, chat.token)
    const messages = await settledTranscript(visitor)
    totals.conversations += 1
    totals.wrong.push(...verdict(chat, messages))
    totals.messages += chat.accepted.length
    totals.answered += messages.filter((message) => message.author.kind === 'assistant').length
    totals.handedOver += messages.filter((message) => message.author.kind === 'system').length
    visitor.close()
  }
  return totals
}

async function settledTranscript(visitor: Visitor): Promise<readonly PublicMessage[]> {
  const untilMs = performance.now() + settleWithinMs
  for (;;) {
    const reply = await visitor.command({ type: 'resume', after: 0 })
    const messages = reply.ok ? reply.value.messages : []
    const lastCustomer = messages.findLastIndex((message) => message.author.kind === 'customer')
    const settled =
      messages.slice(lastCustomer).some(isOutcome) || messages.some((message) => message.author.kind === 'system')
    if (settled || lastCustomer === -1 || performance.now() > untilMs) return messages
    await sleep(100)
  }
}

function verdict(chat: Chat, messages: readonly PublicMessage[]): readonly string[] {
  const wrong: string[] = []
  const said = messages.filter((message) => message.author.kind === 'customer').map((message) => message.clientId ?? '')
  for (const id of new Set(chat.accepted)) if (!said.includes(id)) wrong.push(`${id}: acknowledged and lost`)
  said.forEach((id, index) => said.indexOf(id) !== index && wrong.push(`${id}: there twice`))
  messages.forEach(
    (message, index) => message.n !== index + 1 && wrong.push(`${chat.name}: number ${message.n} at ${index + 1}`),
  )
  let handedOver = false
  messages.forEach((message, index) => {
    if (message.author.kind === 'system') handedOver = true
    const next = messages[index + 1]
    if (message.author.kind === 'assistant' && next?.author.kind === 'assistant')
      wrong.push(`${chat.name}: answered twice at ${next.n}`)
    if (message.author.kind === 'assistant' && handedOver)
      wrong.push(`${chat.name}: the assistant spoke after the hand-off at ${message.n}`)
    const unanswered =
      message.author.kind === 'customer' && !handedOver && (next === undefined || next.author.kind === 'customer')
    if (unanswered) wrong.push(`${chat.name}: message ${message.n} has no answer`)
  })
  return wrong
}
