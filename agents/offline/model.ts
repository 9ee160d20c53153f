import type { Json, JsonObject } from '#runtime/json.ts'
import type { ChatReply, ChatRequest, Models } from '#runtime/ports/models.ts'
import { contextSchema, type ModelContext, type OfflineAnswer, type RouteAnswer } from '../answer.ts'
import { confidenceOf, featuresOf } from '../confidence.ts'
import { jsonObject } from '../tools/tool.ts'
import { findPlaces } from '../tools/shapes.ts'
import { decide } from './decide.ts'
import { general } from './general.ts'
import type { Language } from './language.ts'
import { advance, ask, type Plan } from './plan.ts'
import { pricing } from './pricing.ts'
import { namedHome } from './named-home.ts'
import { withContact } from './contact.ts'
import { property, whichTwin } from './property.ts'
import { scheduling, withVisitMade } from './scheduling.ts'
import { finish, type Reply, type Situation } from './specialist.ts'
import { stateOnPage } from './state.ts'
import { createUnderstanding, withPlacesKnown, type Understanding } from './understand.ts'

export const offlineModelName = 'offline-rules'

/**
 * The model that needs no key and no network: rules and small statistics, and honest about it. It goes by `request.task`: `route` or a
 * specialist's name. Pure: the same request gives the same reply, so a turn can be run again or taken over half-way.
 * It cannot embed texts by meaning: `embed` gives hashed word counts, good for finding the same words again and no more.
 */
export function createOfflineModels(): Models {
  const understand = createUnderstanding()
  return {
    chat: async (request, options) => {
      options.signal.throwIfAborted()
      const context = contextSchema.parse(request.context)
      const plan =
        request.task === 'route' ? routePlan(context, understand) : answerPlan(request.task, context, understand)
      const step = advance<RouteAnswer | OfflineAnswer>(plan, request.messages)
      if ('answer' in step && 'text' in step.answer) options.onText?.(step.answer.text)
      return replyOf(step, request)
    },
    embed: async (texts) => texts.map(hashedWords),
  }
}

function replyOf(
  step:
    | { readonly call: { readonly id: string; readonly name: string; readonly arguments: JsonObject } }
    | { readonly answer: object },
  request: ChatRequest,
): ChatReply {
  const usage = { model: offlineModelName, inputTokens: request.messages.length, outputTokens: 1, costMicros: 0 }
  if ('call' in step) return { kind: 'tools', calls: [step.call], usage }
  const value: Json = jsonObject(step.answer)
  return { kind: 'answer', value, usage }
}

type Understand = ReturnType<typeof createUnderstanding>

function* routePlan(context: ModelContext, understand: Understand): Plan<RouteAnswer> {
  const { decision, understood } = yield* situationOf(context, understand)
  const { intent, handOff, outside } = decision
  // A message surely outside what we do is surely a case for the general specialist, who says so.
  const confidence = outside ? 1 - understood : understood
  return { intent, confidence, ...(handOff === undefined ? {} : { handOff }) }
}

const specialists: { readonly [task: string]: (situation: Situation) => Plan<Reply> } = {
  pricing,
  property,
  scheduling,
  general,
}

function* answerPlan(task: string, context: ModelContext, understand: Understand): Plan<OfflineAnswer> {
  const situation = yield* situationOf(context, understand)
  const specialist = specialists[task] ?? general
  const reply = yield* withVisitMade(yield* answerOf(specialist, situation), situation)
  return finish(reply, situation.decision.intent, situation)
}

function* answerOf(specialist: (situation: Situation) => Plan<Reply>, situation: Situation): Plan<Reply> {
  const reply = situation.twins.length > 0 ? yield* whichTwin(situation) : yield* specialist(situation)
  return withContact(reply, situation)
}

function* situationOf(context: ModelContext, understand: Understand): Plan<Situation> {
  const state = stateOnPage(context.dialogue, context.pageListing)
  const moment = { atMs: context.atMs, timeZone: context.timeZone, language: languageBefore(context, state.language) }
  const named = yield* namedHome(context.messages.map((each) => each.text).join('\n'), state)
  const read = yield* withPlaces(understand(named.text, moment))
  const [home, ...twins] = named.homes
  const said: Understanding =
    home === undefined || twins.length > 0 ? read : { ...read, choice: { kind: 'home', id: home } }
  const decision = decide(said, state)
  const understood = confidenceOf(featuresOf(said, decision, state))
  return {
    said,
    state,
    decision,
    context,
    language: said.language,
    understood,
    twins: twins.length > 0 ? named.homes : [],
  }
}

/** Words that nothing explains may be the name of a place of ours; only a look tells. */
function* withPlaces(said: Understanding): Plan<Understanding> {
  const words = [...new Set([...said.located, ...said.others])].slice(0, 8)
  if (words.length === 0) return said
  const told = yield* ask(findPlaces, { words })
  return withPlacesKnown(said, told.ok ? told.value.places.map((each) => each.words) : [])
}

function languageBefore(context: ModelContext, remembered: Language): Language {
  return Object.keys(context.dialogue).length > 0 ? remembered : context.language.startsWith('hi') ? 'hi' : 'en'
}

const dimensions = 256

function hashedWords(text: string): readonly number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let hash = 0x811c9dc5
    for (let index = 0; index < word.length; index++) hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193)
    const at = (hash >>> 0) % dimensions
    vector[at] = (vector[at] ?? 0) + 1
  }
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((each) => each / length)
}
