import { readFileSync } from 'node:fs'
import type { StaffSocket } from './member.ts'
import { connectVisitor, type Visitor } from './visitor.ts'

/** What the customers of recorded dialogues say, in order. */
export interface Dialogue {
  readonly id: string
  readonly says: readonly string[]
}

export interface DialogueReport {
  readonly dialogues: number
  readonly messages: number
  readonly answered: number
  readonly handedOver: number
  /** What was said, in the order it ended: for a person to read. */
  readonly transcripts: readonly { readonly id: string; readonly lines: readonly string[] }[]
  /** Everything that is not exactly one answer or hand-off, with the dialogue and the message's place. */
  readonly wrong: readonly string[]
}

type Transcript = DialogueReport['transcripts'][number]

const answerWithinMs = 20_000

/** Reads a file of the Schema-Guided Dialogue format: one JSON object a line, turns with `speaker` and `utterance`. */
export function readDialogues(file: string): readonly Dialogue[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parsed = JSON.parse(line) as {
        readonly dialogue_id: string
        readonly turns: readonly { readonly speaker: string; readonly utterance: string }[]
      }
      return {
        id: parsed.dialogue_id,
        says: parsed.turns.filter((turn) => turn.speaker === 'USER').map((turn) => turn.utterance),
      }
    })
}

/**
 * Plays dialogues over real sockets, several at once. Each customer message must end in exactly one answer or one hand-off; after a
 * hand-off a member takes over, says one line and hands back, so that the assistant meets the rest of the dialogue too.
 */
export async function playDialogues(
  url: string,
  workspace: string,
  play: { readonly dialogues: readonly Dialogue[]; readonly atOnce: number; readonly staff: StaffSocket },
): Promise<DialogueReport> {
  const waiting = [...play.dialogues]
  const report = {
    dialogues: 0,
    messages: 0,
    answered: 0,
    handedOver: 0,
    transcripts: [] as Transcript[],
    wrong: [] as string[],
  }
  const worker = async (): Promise<void> => {
    for (let dialogue = waiting.shift(); dialogue !== undefined; dialogue = waiting.shift()) {
      const visitor = await connectVisitor(url, workspace)
      for (const [index, text] of dialogue.says.entries()) {
        const outcome = await say(visitor, `${dialogue.id}-${index}`, text)
        report.messages += 1
        if (outcome === 'answered') report.answered += 1
        else if (outcome === 'handed-over') report.handedOver += 1
        else report.wrong.push(`${dialogue.id} message ${index + 1}: ${outcome}`)
        if (outcome === 'handed-over') await helpOut(visitor, play.staff)
      }
      report.wrong.push(...(await strays(visitor, dialogue)))
      report.transcripts.push({ id: dialogue.id, lines: visitor.messages.map(lineOf) })
      report.dialogues += 1
      visitor.close()
    }
  }
  await Promise.all(Array.from({ length: play.atOnce }, worker))
  return report
}

async function say(visitor: Visitor, clientId: string, text: string): Promise<string> {
  const reply = await visitor.command({ type: 'message.send', clientId, text })
  if (!reply.ok) return `refused: ${reply.error.message}`
  const after = (): readonly Visitor['messages'][number][] =>
    visitor.messages.filter((message) => message.n > reply.value.n)
  const isOutcome = (message: Visitor['messages'][number]): boolean =>
    message.author.kind === 'assistant' || (message.author.kind === 'system' && message.author.notice === 'handed-off')
  try {
    await visitor.until(() => after().some(isOutcome), answerWithinMs)
  } catch {
    return 'neither answered nor handed over'
  }
  // A bubble and the hand-off behind it come from one step: ask the server, so that its frames have all arrived.
  const truth = await visitor.command({ type: 'resume', after: reply.value.n })
  if (!truth.ok) return `resume refused: ${truth.error.message}`
  return truth.value.owner.kind === 'assistant' ? 'answered' : 'handed-over'
}

async function helpOut(visitor: Visitor, staff: StaffSocket): Promise<void> {
  const { conversation } = visitor
  const has = (notice: string): number =>
    visitor.messages.filter((message) => message.author.kind === 'system' && message.author.notice === notice).length
  const before = has('handed-back')
  await staff.command({ type: 'take-over', conversation })
  await staff.command({
    type: 'message.send',
    conversation,
    clientId: `help-${visitor.messages.length}`,
    text: 'Thank you, noted.',
  })
  await staff.command({ type: 'hand-back', conversation })
  await visitor.until(() => has('handed-back') > before, answerWithinMs)
}

/** Looks at the whole transcript once more: numbered without a gap, and at most one assistant bubble after each customer message. */
async function strays(visitor: Visitor, dialogue: Dialogue): Promise<readonly string[]> {
  const wrong: string[] = []
  const reply = await visitor.command({ type: 'resume', after: 0 })
  if (!reply.ok) return [`${dialogue.id}: resume refused: ${reply.error.message}`]
  const { messages } = reply.value
  messages.forEach((message, index) => {
    if (message.n !== index + 1) wrong.push(`${dialogue.id}: number ${message.n} stands at ${index + 1}`)
    const previous = messages[index - 1]
    if (message.author.kind === 'assistant' && previous?.author.kind === 'assistant')
      wrong.push(`${dialogue.id}: two answers to one message at ${message.n}`)
  })
  const said = messages.filter((message) => message.author.kind === 'customer').length
  if (said !== dialogue.says.length)
    wrong.push(`${dialogue.id}: ${said} customer messages kept of ${dialogue.says.length}`)
  return wrong
}

function lineOf({ author, text, cards, chips }: Visitor['messages'][number]): string {
  const by = author.kind === 'system' ? `(${author.notice})` : `${author.kind}:`
  const shown = (cards ?? []).map((card) => ` [${card.kind}]`).join('')
  return `${by} ${text}${shown}${chips === undefined ? '' : ` {${chips.map((chip) => chip.label).join(' | ')}}`}`
}
