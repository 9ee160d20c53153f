import type { Draft, TurnInput, Verdict } from '#machines/conversation-contract.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { problemsWith } from './claims.ts'
import type { AgentSettings } from './settings.ts'

const textMax = 1200

/** The last look at a draft before it may reach the customer: bound figures, a bounded length, and confidence above the line. */
export async function checkDraft(
  { turn, draft }: { readonly turn: TurnInput; readonly draft: Draft },
  parts: {
    readonly search: Pick<ListingSearch, 'get'>
    readonly settings: Pick<AgentSettings, 'confidenceMin' | 'timeZone'>
  },
): Promise<Verdict> {
  const { confidence, text, claims, cards, evidence = [] } = draft
  const born = { born: { turn: turn.turn, epoch: turn.epoch } }
  const against = { turn, search: parts.search, timeZone: parts.settings.timeZone }
  const found = await problemsWith({ text, claims, cards, evidence }, against)
  const problems = text.length > textMax ? [...found, `the text is longer than ${textMax}`] : found
  if (problems.length > 0) return { ...born, deliver: false, reason: 'ungrounded', problems, confidence }
  if (text.trim() === '')
    return { ...born, deliver: false, reason: 'assistant-failed', problems: ['the text is empty'], confidence }
  // A draft that hands over says so and may be less than sure.
  if (draft.handOff === undefined && confidence < parts.settings.confidenceMin) {
    return {
      ...born,
      deliver: false,
      reason: 'low-confidence',
      problems: [`confidence ${confidence.toFixed(2)} is below ${parts.settings.confidenceMin}`],
      confidence,
    }
  }
  return { ...born, deliver: true, problems: [], confidence }
}
