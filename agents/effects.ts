import type { Knowledge } from '#rag/knowledge.ts'
import type { ListingSearch } from '#rag/listing.ts'
import type { Json } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Models } from '#runtime/ports/models.ts'
import type { EffectContext, EffectHandler, EffectRequest, Live } from '#runtime/runtime.ts'
import { checkDraft } from './check.ts'
import { alertHotLead, enrichLead } from './lead-effects.ts'
import { createUnderstanding } from './offline/understand.ts'
import { agentDefaults, type AgentSettings } from './settings.ts'
import { finance as ragFinance, type Finance } from './tools/finance-tools.ts'
import { jsonObject } from './tools/tool.ts'
import { createToolbox } from './tools/toolbox.ts'
import type { CalendarReads } from './tools/visit-tools.ts'
import { answerTurn, routeTurn, type TurnParts } from './turn.ts'
import { readCheck, readRoutedTurn, readTurn } from './turn-input.ts'
import type { VisitDesk } from './visit-desk.ts'

/** Everything the agents reach the world through. */
export interface AgentEffectsOptions {
  readonly models: Models
  readonly search: ListingSearch
  readonly knowledge: Pick<Knowledge, 'search'>
  readonly calendarReads: CalendarReads
  readonly visitDesk: VisitDesk
  readonly live: Pick<Live, 'publish'>
  readonly clock: Clock
  readonly log: Log
  /** `rag/finance` when absent. */
  readonly finance?: Finance
  readonly settings?: Partial<AgentSettings>
}

/** The agents' work, by effect name. */
export interface AgentEffects {
  readonly route: EffectHandler
  readonly answer: EffectHandler
  readonly check: EffectHandler
  readonly 'enrich-lead': EffectHandler
  readonly 'alert-hot-lead': EffectHandler
}

/** The effects that the conversation and lead machines ask for, ready to register with the host. */
export function createAgentEffects(options: AgentEffectsOptions): AgentEffects {
  const settings: AgentSettings = { ...agentDefaults, ...options.settings }
  const { search, knowledge, calendarReads } = options
  const toolbox = createToolbox({
    search,
    knowledge,
    calendarReads,
    settings,
    desk: options.visitDesk,
    finance: options.finance ?? ragFinance,
  })
  const understand = createUnderstanding()
  const partsFor = (context: EffectContext): TurnParts => ({
    models: options.models,
    toolbox,
    search,
    settings,
    understand,
    nowMs: options.clock.nowMs(),
    signal: context.signal,
    wanted: () => context.wanted(),
  })
  return {
    route: effect({ timeoutMs: 9000, concurrency: 64 }, async ({ input }, context) =>
      routeTurn(readTurn(input), partsFor(context)),
    ),
    answer: effect({ timeoutMs: 40_000, concurrency: 64 }, async ({ input }, context) => {
      const turn = readRoutedTurn(input)
      const forming = (text: string, confidence?: number): void => {
        const frame = { turn: turn.turn, epoch: turn.epoch, text }
        options.live.publish(`draft:${turn.conversation}`, confidence === undefined ? frame : { ...frame, confidence })
      }
      const draft = await answerTurn(turn, { ...partsFor(context), onText: forming })
      forming(draft.text, draft.confidence)
      options.log.debug('answer drafted', {
        conversation: turn.conversation,
        turn: turn.turn,
        specialist: draft.specialist,
        model: draft.model,
        costMicros: draft.costMicros,
      })
      return draft
    }),
    check: effect({ timeoutMs: 9000, concurrency: 64 }, async ({ input }) =>
      checkDraft(readCheck(input), { search, settings }),
    ),
    'enrich-lead': effect({ timeoutMs: 15_000, concurrency: 16 }, async ({ input }) =>
      enrichLead(input, { search, settings, understand, nowMs: options.clock.nowMs() }),
    ),
    'alert-hot-lead': effect({ timeoutMs: 5000, concurrency: 16 }, async ({ input }) => alertHotLead(input, options)),
  }
}

function effect(
  policy: { readonly timeoutMs: number; readonly concurrency: number },
  work: (request: EffectRequest, context: EffectContext) => Promise<object>,
): EffectHandler {
  return {
    policy: { ...policy, attemptsMax: 2, backoffMs: 250 },
    run: async (request, context): Promise<Json> => jsonObject(await work(request, context)),
  }
}
