import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicMessage } from '#gateway/protocol.ts'
import { dataFiles } from '#deploy/config.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { CustomerLine, newChat, type Chat, type Crowd } from './customer-line.ts'
import { inspectJournal, type Inspected } from './journal-judge.ts'
import { pick, sayings } from './sayings.ts'
import { startAndKill, startServer, type ServerProcess } from './server-process.ts'
import { judgeTranscript } from './transcript-judge.ts'
import { connectVisitor } from './visitor.ts'

export interface CrashReport {
  readonly kills: number
  /** Of the kills, those that struck while the server was still starting. */
  readonly killsWhileStarting: number
  readonly conversations: number
  readonly messages: number
  readonly answered: number
  readonly handedOver: number
  /** Steps in the journal at the end, and how many of them were timers that fired. */
  readonly steps: number
  readonly timersFired: number
  /** From starting a process to ready, the slowest of all starts, milliseconds. */
  readonly slowestStartMs: number
  /** Every broken promise: lost, doubled, unanswered, out of number. */
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
  onKill?(kill: number): void
}

/** After its last crash the server has this long to answer what it accepted. */
const settleWithinMs = 60_000
/** How many times in a hundred the server is killed again while it starts, and how many a customer says two things at once. */
const share = { whileStarting: 25, burst: 20 }

/**
 * A crowd chats while the server is killed again and again (`kill -9`), also while it starts, and started anew on the same folder and port.
 * Every customer keeps its token, repeats what was not acknowledged, as the widget does, and waits for each outcome. At the end the transcripts
 * are judged from outside and the journal from inside.
 */
export async function crashCrowd(options: CrashOptions): Promise<CrashReport> {
  const strike = { server: await startServer(options), whileStarting: 0, slowestStartMs: 0 }
  const house: Crowd = {
    doors: [strike.server.url],
    workspace: options.workspace,
    random: options.random,
    settleByMs: Number.POSITIVE_INFINITY,
  }
  const chats: Chat[] = []
  const crowd = Array.from({ length: options.visitors }, (_, index) => visitAgainAndAgain(index, chats, house))
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(100 + options.random() * 1200)
      strike.whileStarting += await killAndRestart(strike, options, kill)
      options.onKill?.(kill + 1)
    }
    house.settleByMs = performance.now() + settleWithinMs
    await Promise.all(crowd)
    return await judge(chats, strike, options)
  } finally {
    house.settleByMs = 0
    strike.server.child.kill('SIGKILL')
  }
}

async function killAndRestart(
  strike: { server: ServerProcess; slowestStartMs: number },
  options: CrashOptions,
  kill: number,
): Promise<number> {
  await strike.server.kill()
  const again = options.random() * 100 < share.whileStarting && kill > 0
  if (again) await startAndKill(options, options.random() * strike.server.startedInMs)
  strike.server = await startServer(options)
  strike.slowestStartMs = Math.max(strike.slowestStartMs, strike.server.startedInMs)
  return again ? 1 : 0
}

async function visitAgainAndAgain(visitor: number, chats: Chat[], crowd: Crowd): Promise<void> {
  for (let visit = 0; crowd.settleByMs === Number.POSITIVE_INFINITY; visit++) {
    const chat = newChat(`v${visitor}-${visit}`)
    chats.push(chat)
    await talk(chat, crowd)
  }
}

/** Says up to four things, each until acknowledged and then until answered; ends early once handed over. */
async function talk(chat: Chat, crowd: Crowd): Promise<void> {
  const line = new CustomerLine(chat, crowd)
  for (let index = 0; index < 4 && crowd.settleByMs === Number.POSITIVE_INFINITY; index++) {
    const parts = crowd.random() * 100 < share.burst ? ['a', 'b'] : ['a']
    for (const part of parts) await line.say(`${chat.name}-${index}${part}`, pick(sayings, crowd.random))
    if (!(await line.outcome())) break
    if (line.standing().answers === 'people') break
  }
  line.close()
}

async function judge(
  chats: readonly Chat[],
  strike: { readonly server: ServerProcess; readonly whileStarting: number; readonly slowestStartMs: number },
  options: CrashOptions,
): Promise<CrashReport> {
  const totals = { conversations: 0, messages: 0, answered: 0, handedOver: 0 }
  const wrong = chats.flatMap((chat) => chat.wrong)
  const told = new Map<string, readonly PublicMessage[]>()
  for (const chat of chats) {
    if (chat.token === undefined) continue
    const visitor = await connectVisitor(strike.server.url, options.workspace, chat.token)
    const messages = visitor.messages
    visitor.close()
    told.set(visitor.conversation, messages)
    wrong.push(...judgeTranscript({ name: chat.name, accepted: [...chat.accepted.keys()], messages }))
    totals.conversations += 1
    totals.messages += chat.accepted.size
    totals.answered += messages.filter((message) => message.author.kind === 'assistant').length
    totals.handedOver += messages.some((message) => message.author.kind === 'system') ? 1 : 0
  }
  const ended = await strike.server.stop()
  if (ended !== 0) wrong.push(`the last server ended with ${String(ended)}`)
  const inside = await inspectFolder(options, told)
  return {
    kills: options.kills + strike.whileStarting,
    killsWhileStarting: strike.whileStarting,
    ...totals,
    steps: inside.steps,
    timersFired: inside.timersFired,
    slowestStartMs: Math.round(strike.slowestStartMs),
    wrong: [...wrong, ...inside.wrong],
  }
}

async function inspectFolder(
  { dataFolder, workspace }: CrashOptions,
  told: ReadonlyMap<string, readonly PublicMessage[]>,
): Promise<Inspected> {
  const log = createSystemLog({ level: 'silent' })
  const journal = openSqliteJournal({ file: dataFiles(dataFolder).journal, partitions: 32, log })
  try {
    return await inspectJournal(journal, { workspace, told, endedAtMs: Date.now() })
  } finally {
    await journal.close()
  }
}
