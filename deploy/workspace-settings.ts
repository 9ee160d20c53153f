import { offsetMinutes } from '#agents/zoned-time.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Config } from './config.ts'

/** What a workspace wants of its machines, where that is set from outside. An actor keeps what there was when it was made. */
export function workspaceSettings(
  { timeZone, budgetMicros, contentRules }: Pick<Config, 'timeZone' | 'budgetMicros' | 'contentRules'>,
  nowMs: number,
): JsonObject {
  return {
    dispatch: contentRules,
    budget: {
      zoneOffsetMinutes: offsetMinutes(nowMs, timeZone),
      ...(budgetMicros === undefined ? {} : { limitMicros: budgetMicros }),
    },
  }
}
