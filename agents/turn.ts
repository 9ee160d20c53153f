import { z } from 'zod'
import { parseAddress, partsOf } from '#runtime/address.ts'
import type { ChatMessage } from '#runtime/ports/models.ts'
import type { Draft, Evidence, HandOffReason, Route, TurnInput } from '#machines/conversation-contract.ts'
import type { ListingSearch } from '#rag/listing.ts'
import type { Models } from '#runtime/ports/models.ts'
import { answerSchema, offlineAnswerSchema, routeSchema, type ModelContext, type OfflineAnswer } from './answer.ts'
import { timeLabel } from './calendar.ts'
import { cardsOf } from './cards.ts'
import { problemsWith } from './claims.ts'
import { confidenceOf, featuresOf } from './confidence.ts'
import { converse } from './converse.ts'
import { mentionsIn } from './mentions.ts'
import { decide, handOffIn } from './offline/decide.ts'
import { languageOf, type Language } from './offline/language.ts'
import { stateFrom, stateOnPage } from './offline/state.ts'
import { clean, type createUnderstanding } from './offline/understand.ts'
import { remembering } from './remembering.ts'
import { routeInstructions } from './prompts/route.ts'
import type { AgentSettings } from './settings.ts'
import { specialistOf, specialists } from './specialists.ts'
import { jsonObject, type ToolContext } from './tools/tool.ts'
import type { Toolbox } from './tools/toolbox.ts'

/** What the primary agent works with. */
export interface TurnParts {
  readonly models: Models
  readonly toolbox: Toolbox
  readonly search: ListingSearch
  readonly settings: AgentSettings
  /** Reads the customer's words: made once, its patterns are many. */
  readonly understand: ReturnType<typeof createUnderstanding>
  readonly nowMs: number
  readonly signal: AbortSignal
  wanted(): boolean
  onText?(text: string): void
}

/** Schemas as models are shown them, made once: to make one takes longer than the rest of a turn. */
const routeJsonSchema = schemaOf(routeSchema)
const answerJsonSchema = schemaOf(answerSchema)
const eitherAnswer = z.union([offlineAnswerSchema, answerSchema])

/** Sorts a turn. What asks for a person by rule is never left to a model; below the line nobody but a person should answer. */
export async function routeTurn(turn: TurnInput, parts: TurnParts): Promise<Route> {
  const read = reading(turn, parts.understand)
  const handOff = read.handOff
  if (handOff !== undefined)
    return { ...born(turn), intent: 'general', specialist: 'general', confidence: 0.95, handOff }
  const talked = await converse(
    {
      task: 'route',
      instructions: routeInstructions,
      messages: historyOf(turn),
      tools: parts.toolbox.describe(['find_places']),
      schema: routeSchema,
      answerSchema: routeJsonSchema,
      context: contextOf(turn, parts),
    },
    talkParts(turn, parts),
  )
  const { intent, handOff: reason, confidence } = talked.answer
  const route = {
    ...born(turn),
    intent,
    specialist: specialistOf[intent],
    confidence: isOffline(talked.model) ? confidence : read.confidence,
  }
  return reason === undefined ? route : { ...route, handOff: reason }
}

/** The specialist's draft for a turn: answer, cards, claims with their evidence, and what is remembered. */
export async function answerTurn(turn: TurnInput & { readonly route: Route }, parts: TurnParts): Promise<Draft> {
  const { specialist } = turn.route
  const { instructions, tools } = specialists[specialist]
  const workspace = workspaceOf(turn)
  const talked = await converse<z.infer<typeof answerSchema> | OfflineAnswer>(
    {
      task: specialist,
      instructions,
      messages: historyOf(turn),
      tools: parts.toolbox.describe(tools),
      schema: eitherAnswer,
      answerSchema: answerJsonSchema,
      context: contextOf(turn, parts),
      problems: async (answer, evidence) =>
        problemsWith(
          { text: answer.text, claims: answer.claims, cards: [], evidence },
          { turn, search: parts.search, timeZone: parts.settings.timeZone },
        ),
    },
    {
      ...talkParts(turn, parts),
      ...(parts.onText === undefined ? {} : { onText: (text: string) => parts.onText?.(text) }),
    },
  )
  const { answer, evidence, model, costMicros } = talked
  const cards = await cardsOf(answer.cards, { workspace, search: parts.search, evidence })
  // Only our own model keeps its memory and is taken at its word: another's claim to either is dropped.
  const own = isOffline(model) && 'certainty' in answer ? answer : undefined
  const dialogue = own === undefined ? remembering(turn.dialogue, evidence, languageOfTurn(turn)) : own.dialogue
  const confidence =
    own === undefined
      ? groundedConfidence(reading(turn, parts.understand).confidence, answer.claims.length)
      : own.certainty
  return {
    ...born(turn),
    text: answer.text,
    cards,
    // A chip with a figure in it would be a claim nobody checks.
    chips: answer.chips.filter((chip) => mentionsIn(chip.label).every((each) => each.kind === 'ordinal')),
    claims: answer.claims,
    evidence: evidenceFor(answer, evidence),
    confidence,
    intent: answer.intent,
    specialist,
    model,
    ...(answer.handOff === undefined ? {} : { handOff: answer.handOff }),
    dialogue,
    ...(answer.learned === undefined ? {} : { learned: jsonObject(answer.learned) }),
    engagement: engagementOf(turn.route),
    costMicros,
  }
}

/** The words a draft began with before its turn was over, kept as they form. */
export function workspaceOf(turn: Pick<TurnInput, 'conversation'>): string {
  const address = parseAddress(turn.conversation)
  if (address === undefined) throw new TypeError(`agents: ${JSON.stringify(turn.conversation)} is no address`)
  return partsOf(address).workspace
}

function reading(
  turn: TurnInput,
  understand: TurnParts['understand'],
): { readonly handOff?: HandOffReason; readonly confidence: number } {
  const text = turn.messages.map((each) => each.text).join('\n')
  const said = understand(text, { atMs: turn.atMs, timeZone: turn.timeZone, language: languageOfTurn(turn) })
  const state = stateOnPage(memoryOf(turn), turn.pageListing)
  const decision = decide(said, state)
  const handOff = handOffIn(said) ?? decision.handOff
  return { confidence: confidenceOf(featuresOf(said, decision, state)), ...(handOff === undefined ? {} : { handOff }) }
}

/** Another model understands more words than our rules: half of what they doubt is forgiven, more when its figures are bound to sources. */
function groundedConfidence(confidence: number, claims: number): number {
  return 1 - (1 - confidence) * (claims > 0 ? 0.35 : 0.5)
}

function languageOfTurn(turn: TurnInput): Language {
  const before = stateFrom(turn.dialogue).language
  return languageOf(turn.messages.map((each) => each.text).join(' '), before)
}

function talkParts(turn: TurnInput, parts: TurnParts) {
  const context: ToolContext = {
    workspace: workspaceOf(turn),
    turn,
    timeZone: parts.settings.timeZone,
    nowMs: parts.nowMs,
    signal: parts.signal,
    wanted: () => parts.wanted(),
  }
  return {
    models: parts.models,
    settings: parts.settings,
    signal: parts.signal,
    call: (call: Parameters<Toolbox['call']>[0]) => parts.toolbox.call(call, context),
  }
}

/** The memory between turns; once a member has spoken, what the assistant had asked before is no longer what a «yes» answers. */
function memoryOf({ dialogue, recent, messages }: TurnInput): TurnInput['dialogue'] {
  const first = messages[0]?.n ?? Number.POSITIVE_INFINITY
  const last = recent.findLast((each) => each.n < first && each.by !== 'customer')
  if (last?.by !== 'member') return dialogue
  const { asked: _asked, ...rest } = dialogue
  return rest
}

const historyMax = 12

function historyOf(turn: TurnInput): readonly ChatMessage[] {
  const open = new Set(turn.messages.map((each) => each.n))
  const before = turn.recent.filter((each) => !open.has(each.n)).slice(-historyMax)
  return [
    ...before.map((each) => ({ role: each.by, text: clean(each.text) })),
    ...turn.messages.map((each) => ({ role: each.by, text: clean(each.text) })),
  ]
}

function contextOf(turn: TurnInput, parts: TurnParts) {
  const context: ModelContext = {
    atMs: turn.atMs,
    now: timeLabel(turn.atMs, parts.settings.timeZone),
    timeZone: parts.settings.timeZone,
    language: turn.language,
    ...(turn.pageListing === undefined ? {} : { pageListing: turn.pageListing }),
    messages: turn.messages.map(({ n, text }) => ({ n, text: clean(text) })),
    dialogue: memoryOf(turn),
    customer: turn.customer,
    guidance: [...turn.guidance],
  }
  return jsonObject(context)
}

function schemaOf(schema: z.ZodType) {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return jsonObject(rest)
}

/** Only what claims and cards point to: the rest would fill the journal. */
function evidenceFor(answer: z.infer<typeof answerSchema>, evidence: readonly Evidence[]): readonly Evidence[] {
  const calls = new Set([
    ...answer.claims.flatMap(({ source }) => (source.kind === 'tool' ? [source.callId] : [])),
    ...answer.cards.flatMap((card) => ('callId' in card ? [card.callId] : [])),
  ])
  const quoting = answer.claims.some(({ source }) => source.kind === 'document')
  return evidence.filter((each) => calls.has(each.callId) || (quoting && each.tool === 'find_passage')).map(slim)
}

const tally = z.object({ total: z.number(), relaxed: z.array(z.string()) }).catch({ total: 0, relaxed: [] })

/** Of a search only the count can be claimed; the homes themselves are claimed by version. */
function slim(evidence: Evidence): Evidence {
  const { result } = evidence
  if (evidence.tool !== 'search_listings' || typeof result !== 'object' || result === null) return evidence
  const { total, relaxed } = tally.parse(result)
  return { ...evidence, result: { total, relaxed } }
}

function engagementOf({ intent }: Route): Draft['engagement'] {
  if (intent === 'booking') return 'meeting-request'
  return intent === 'price' ? 'direct-inquiry' : 'question'
}

function born({ turn, epoch }: TurnInput): { readonly born: { readonly turn: number; readonly epoch: number } } {
  return { born: { turn, epoch } }
}

function isOffline(model: string): boolean {
  return model.startsWith('offline')
}
