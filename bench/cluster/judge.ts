import type { PublicMessage } from '#gateway/protocol.ts'
import type { Log } from '#runtime/ports/log.ts'
import { keepShown, type Chat } from '../customer-line.ts'
import { inspectJournal } from '../journal-judge.ts'
import { judgeTranscript } from '../transcript-judge.ts'
import { connectVisitor } from '../visitor.ts'
import { workspace, type Cluster } from './cluster.ts'
import { memberIdIn } from './crowd.ts'
import { openEvidence, type Evidence } from './evidence.ts'
import { compareReadModels } from './read-models.ts'
import { settled } from './settled.ts'

/** What a run has come to, and every promise it broke. */
export interface Verdict {
  readonly conversations: number
  /** Acknowledged, of customers and members. */
  readonly messages: number
  readonly answered: number
  readonly handedOver: number
  readonly actors: number
  readonly steps: number
  readonly timersFired: number
  /** In read models and in the archive, equal to those made anew. */
  readonly documents: number
  readonly wrong: readonly string[]
}

const settleWithinMs = 180_000
/** Conversations that are read at once. */
const atOnce = 8

/**
 * Judges a cluster after the last fault, and stops its processes. From outside: what every client was told, at both gateways. From inside, once nobody
 * works any more: the journal, and what was made of it.
 */
export async function judgeCluster(
  cluster: Cluster,
  chats: readonly Chat[],
  { log, onPhase }: { readonly log: Log; readonly onPhase: (phase: string) => void },
): Promise<Verdict> {
  const evidence = await openEvidence(cluster, log)
  try {
    const pending = await settled(evidence, settleWithinMs)
    onPhase('everything has settled, transcripts are read')
    const told = await toldAtBoth(cluster, chats)
    onPhase('processes are stopped')
    const stopped = await stopAll(cluster, evidence)
    onPhase('the journal is inspected')
    const inside = await inspectJournal(evidence.journal, { workspace, told: told.messages, endedAtMs: stopped.atMs })
    onPhase('read models are built anew')
    const compared = await compareReadModels(evidence, log)
    const { actors, steps, timersFired } = inside
    return {
      ...countsOf(chats, [...told.messages.values()]),
      actors,
      steps,
      timersFired,
      documents: compared.documents,
      wrong: [...pending, ...told.wrong, ...stopped.wrong, ...inside.wrong, ...compared.wrong],
    }
  } finally {
    await evidence.close()
  }
}

interface Told {
  readonly messages: ReadonlyMap<string, readonly PublicMessage[]>
  readonly wrong: readonly string[]
}

/** Every conversation as each gateway tells it now. */
async function toldAtBoth({ gateways }: Cluster, chats: readonly Chat[]): Promise<Told> {
  const messages = new Map<string, readonly PublicMessage[]>()
  const wrong: string[] = []
  for (let from = 0; from < chats.length; from += atOnce) {
    const some = chats.slice(from, from + atOnce)
    const told = await Promise.all(some.map((chat) => toldOf(chat, gateways)))
    for (const [index, chat] of some.entries()) {
      const last = told[index] ?? []
      if (chat.conversation !== undefined) messages.set(chat.conversation, last)
      const withIds = last.map(withMemberId)
      wrong.push(...judgeTranscript({ name: chat.name, accepted: [...chat.accepted.keys()], messages: withIds }))
      wrong.push(...misnumbered(chat, withIds), ...chat.wrong)
    }
  }
  return { messages, wrong }
}

async function toldOf(chat: Chat, gateways: Cluster['gateways']): Promise<readonly PublicMessage[]> {
  const { name, token } = chat
  if (token === undefined) return []
  const told = await Promise.all(
    gateways.map(async ({ url }) => {
      const visitor = await connectVisitor(url, workspace, token)
      visitor.close()
      return visitor.messages
    }),
  )
  const [first = [], second = []] = told
  for (const message of told.flat()) keepShown(chat, message)
  if (first.length !== second.length)
    chat.wrong.push(`${name}: one gateway tells ${first.length} messages, and the other ${second.length}`)
  return first
}

function withMemberId(message: PublicMessage): PublicMessage {
  return message.author.kind === 'member' ? { ...message, clientId: memberIdIn(message.text) } : message
}

/** The number a message was acknowledged with is its own. */
function misnumbered({ name, accepted, shown }: Chat, messages: readonly PublicMessage[]): readonly string[] {
  const numbers = new Map(messages.flatMap(({ clientId, n }) => (clientId === undefined ? [] : [[clientId, n]])))
  const wrong = [...accepted].filter(([id, n]) => numbers.has(id) && numbers.get(id) !== n)
  const beyond = [...shown.keys()].filter((n) => n > messages.length)
  return [
    ...wrong.map(([id, n]) => `${name}: ${id} was acknowledged as ${n} and is ${numbers.get(id)}`),
    ...beyond.map((n) => `${name}: message ${n} was shown and is gone`),
  ]
}

/** Gateways first, so that nothing comes from outside any more; the others once all that came is done. */
async function stopAll(
  { gateways, runtimes, projector, processes }: Cluster,
  evidence: Evidence,
): Promise<{ readonly atMs: number; readonly wrong: readonly string[] }> {
  await Promise.all(gateways.map(({ server }) => server.stop()))
  const pending = await settled(evidence, settleWithinMs)
  const atMs = Date.now()
  await Promise.all(runtimes.map(({ server }) => server.stop()))
  const behind = await settled(evidence, settleWithinMs)
  await projector.server.stop()
  const unwilling = processes.filter(({ server }) => server.exitCode !== 0)
  const ended = unwilling.map(({ node, server }) => `${node} ended with ${String(server.exitCode)}`)
  return { atMs, wrong: [...pending, ...behind, ...ended] }
}

function countsOf(
  chats: readonly Chat[],
  transcripts: readonly (readonly PublicMessage[])[],
): Pick<Verdict, 'conversations' | 'messages' | 'answered' | 'handedOver'> {
  const by = (kind: PublicMessage['author']['kind']) =>
    transcripts.map((messages) => messages.filter(({ author }) => author.kind === kind))
  return {
    conversations: transcripts.filter((messages) => messages.length > 0).length,
    messages: chats.reduce((sum, { accepted }) => sum + accepted.size, 0),
    answered: by('assistant').flat().length,
    handedOver: by('system').filter((notices) =>
      notices.some(({ author }) => author.kind === 'system' && /^(handed-off|taken-over)$/.test(author.notice)),
    ).length,
  }
}
