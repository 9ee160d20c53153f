import { z } from 'zod'
import type { CalendarDay } from '#agents/calendar.ts'
import { collections } from '#gateway/read-models/collections.ts'
import { calendarDefaults, type CalendarSettings } from '#machines/lead-contract.ts'
import type { Documents } from '#runtime/ports/documents.ts'

/** What the calendar's actor says of itself; checked, for a document may be older than this code. */
const settings = z.object({
  zoneOffsetMinutes: z.number(),
  days: z.array(z.number()),
  opensMinute: z.number(),
  closesMinute: z.number(),
  capacityPerSlot: z.number(),
  slotMs: z.number(),
  alternativesMax: z.number(),
  horizonMs: z.number(),
  claimsMax: z.number(),
}) satisfies z.ZodType<CalendarSettings>

const calendarShape = z.object({
  taken: z.array(z.object({ startAtMs: z.number(), durationMs: z.number() })),
  capacityPerSlot: z.number(),
  settings: settings.optional().catch(undefined),
})

/** A team's calendar as its actor last told it; one that has not spoken yet has nothing taken. */
export function calendarReadsOf(documents: Documents): { calendar(address: string): Promise<CalendarDay> } {
  return {
    calendar: async (address) => {
      const document = await documents.get(collections.calendars, address)
      if (document === undefined) return { taken: [], capacityPerSlot: calendarDefaults.capacityPerSlot }
      const { settings: told, ...rest } = calendarShape.parse(document.value)
      return told === undefined ? rest : { ...rest, settings: told }
    },
  }
}
