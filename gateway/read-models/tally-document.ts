import type { ConversationDocument } from './conversation-document.ts'
import type { LeadDocument } from './lead-document.ts'

/**
 * What the funnel counts, beside the documents it is of: a store goes over thousands of small ones in the time of a few large ones.
 * `shape` and `bars` pack what is counted together, so that one pass counts all of it.
 */
export interface TalkTally {
  readonly workspace: string
  readonly createdAtMs: number
  readonly channel: string
  readonly source: string
  readonly memberId: string
  readonly shape: string
  readonly bars: string
}

/** What a packed `shape` says. */
export interface TalkShape {
  readonly box: string
  readonly answered: boolean
  readonly neededPerson: boolean
  readonly handOffReason: string
}

export interface LeadTally {
  readonly workspace: string
  readonly createdAtMs: number
  readonly stage: string
  readonly temperature: string
  readonly source: string
  readonly merged: boolean
}

/** A conversation as the funnel counts it. */
export function talkTally(talk: ConversationDocument): TalkTally {
  const { workspace, createdAtMs, channel, source, memberId, box, answered, neededPerson, handOffReason } = talk
  const shape = [box, answered ? 1 : 0, neededPerson ? 1 : 0, handOffReason].join('|')
  return { workspace, createdAtMs, channel, source, memberId, shape, bars: `${talk.assistantBar}|${talk.memberBar}` }
}

/** Reads a packed `shape`. */
export function shapeOf(packed: string): TalkShape {
  const [box = '', answered, neededPerson, handOffReason = ''] = packed.split('|')
  return { box, answered: answered === '1', neededPerson: neededPerson === '1', handOffReason }
}

/** Reads packed `bars`; -1 where nothing was measured. */
export function barsOf(packed: string): { readonly assistantMs: number; readonly memberMs: number } {
  const [assistant, member] = packed.split('|')
  return { assistantMs: Number(assistant ?? -1), memberMs: Number(member ?? -1) }
}

/** A lead as the funnel counts it. */
export function leadTally(lead: LeadDocument): LeadTally {
  const { workspace, createdAtMs, stage, temperature, source, status } = lead
  return { workspace, createdAtMs, stage, temperature, source, merged: status === 'merged' }
}

/** Whether two tallies count the same. */
export function sameTally(a: TalkTally | LeadTally | undefined, b: TalkTally | LeadTally): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
