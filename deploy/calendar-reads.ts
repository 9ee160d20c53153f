import { z } from 'zod'
import type { CalendarDay } from '#agents/calendar.ts'
import { collections } from '#gateway/read-models/collections.ts'
import type { Documents } from '#runtime/ports/documents.ts'

const calendarShape = z.object({
  taken: z.array(z.object({ startAtMs: z.number(), durationMs: z.number() })),
  capacityPerSlot: z.number(),
})

/** A team's calendar as its actor last told it; an actor that has not spoken yet has nothing taken. */
export function calendarReadsOf(documents: Documents): { calendar(address: string): Promise<CalendarDay> } {
  return {
    calendar: async (address) => {
      const document = await documents.get(collections.calendars, address)
      return document === undefined ? { taken: [], capacityPerSlot: 1 } : calendarShape.parse(document.value)
    },
  }
}
