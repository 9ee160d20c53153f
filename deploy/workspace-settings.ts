import { offsetMinutes } from '#agents/zoned-time.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Config } from './config.ts'

/** What a workspace wants of its machines, where that is set from outside. An actor keeps what there was when it was made. */
export function workspaceSettings(
  {
    timeZone,
    budgetMicros,
    contentRules,
    outreach,
  }: Pick<Config, 'timeZone' | 'budgetMicros' | 'contentRules' | 'outreach'>,
  nowMs: number,
): JsonObject {
  const zoneOffsetMinutes = offsetMinutes(nowMs, timeZone)
  return {
    dispatch: contentRules,
    outreach: { zoneOffsetMinutes, ...outreach },
    budget: {
      zoneOffsetMinutes,
      ...(budgetMicros === undefined ? {} : { limitMicros: budgetMicros }),
    },
  }
}
