import { parseAddress, partsOf } from '#runtime/address.ts'
import type { Listing, ListingSearch } from '#rag/listing.ts'
import { nearestSlots, offeredSlots, slotAt, timeLabel, type CalendarDay } from '../calendar.ts'
import type { AgentSettings } from '../settings.ts'
import type { VisitDesk, VisitOutcome } from '../visit-desk.ts'
import { instantOf } from '../zoned-time.ts'
import { bookVisit, cancelVisit, checkAvailability, rescheduleVisit, visitMade, type VisitResult } from './shapes.ts'
import { toolOf, ToolRefusal, type Tool, type ToolContext } from './tool.ts'

/** Reads the calendar of a team as the read models last saw it; the calendar actor still has the last word. */
export interface CalendarReads {
  calendar(address: string): Promise<CalendarDay>
}

export interface VisitToolParts {
  readonly search: ListingSearch
  readonly calendarReads: CalendarReads
  readonly desk: VisitDesk
  readonly settings: AgentSettings
}

/** Tools for visits. A booking is asked for only while the turn is wanted. */
export function visitTools(parts: VisitToolParts): readonly Tool[] {
  return [availabilityTool(parts), bookTool(parts), madeTool(parts), rescheduleTool(parts), cancelTool(parts)]
}

function availabilityTool({ search, calendarReads, settings, desk }: VisitToolParts): Tool {
  return toolOf(checkAvailability, async (ask, context) => {
    await listingOf(ask.listingId, context, search)
    const calendar = await calendarReads.calendar(calendarOf(context, settings))
    const rules = { durationMs: settings.visitMs, timeZone: settings.timeZone, nowMs: context.nowMs }
    const { timeZone } = rules
    const [year = 0, month = 1, day = 1] = (ask.day ?? '').split('-').map(Number)
    const [hour = 0, minute = 0] = (ask.time ?? '').split(':').map(Number)
    const labelled = (times: readonly number[]): { startAtMs: number; label: string }[] =>
      times.map((startAtMs) => ({ startAtMs, label: timeLabel(startAtMs, timeZone) }))
    const limit = settings.slotsPerAnswer
    if (ask.day === undefined || ask.time === undefined) {
      const part = ask.part === undefined ? {} : { part: ask.part }
      const onDay = ask.day === undefined ? {} : { dayAtMs: instantOf({ year, month, day, hour: 12 }, timeZone) }
      const slots = offeredSlots(calendar, rules, { ...onDay, ...part, limit })
      return { timeZone, slots: labelled(slots.length > 0 ? slots : offeredSlots(calendar, rules, { limit })) }
    }
    const startAtMs = instantOf({ year, month, day, hour, minute }, timeZone)
    const granted = slotAt(startAtMs, calendar, rules)
    const own = granted === 'taken' && (await madeAt(desk, context)) === startAtMs
    const reason = own ? 'free' : granted
    const slots = reason === 'free' ? [] : nearestSlots(startAtMs, calendar, { ...rules, limit })
    return {
      timeZone,
      requested: { startAtMs, label: timeLabel(startAtMs, timeZone), free: reason === 'free', reason },
      slots: labelled(slots),
    }
  })
}

function bookTool({ search, desk, settings }: VisitToolParts): Tool {
  return toolOf(bookVisit, async ({ listingId, startAtMs }, context) => {
    const listing = await listingOf(listingId, context, search)
    const { timeZone, turn } = context
    wantedStill(context)
    const outcome = await desk.book(
      {
        conversation: turn.conversation,
        lead: turn.lead,
        fromN: fromNOf(context),
        turn: turn.turn,
        listingId,
        title: listing.title,
        place: `${listing.locality}, ${listing.city}`,
        startAtMs,
        durationMs: settings.visitMs,
        timeZone,
        calendar: calendarOf(context, settings),
      },
      context.signal,
    )
    return resultOf(outcome, timeZone)
  })
}

function madeTool({ desk }: VisitToolParts): Tool {
  return toolOf(visitMade, async (_ask, context) => {
    const made = await desk.made({ conversation: context.turn.conversation, fromN: fromNOf(context) })
    return made === undefined ? {} : { visit: resultOf(made, context.timeZone) }
  })
}

/** When the visit is that these messages have booked: a turn done again must not find its own visit in the way. */
async function madeAt(desk: VisitDesk, context: ToolContext): Promise<number | undefined> {
  const made = await desk.made({ conversation: context.turn.conversation, fromN: fromNOf(context) })
  return made?.status === 'booked' ? made.startAtMs : undefined
}

/** The first message the turn answers: the same when it is begun again. */
function fromNOf({ turn }: ToolContext): number {
  return turn.messages[0]?.n ?? 0
}

function rescheduleTool({ desk }: VisitToolParts): Tool {
  return toolOf(rescheduleVisit, async ({ meetingId, startAtMs }, context) => {
    wantedStill(context)
    const { conversation, turn } = context.turn
    return resultOf(
      await desk.reschedule({ conversation, turn, meetingId, startAtMs }, context.signal),
      context.timeZone,
    )
  })
}

function cancelTool({ desk }: VisitToolParts): Tool {
  return toolOf(cancelVisit, async ({ meetingId }, context) => {
    wantedStill(context)
    const { conversation, turn } = context.turn
    return resultOf(await desk.cancel({ conversation, turn, meetingId }, context.signal), context.timeZone)
  })
}

function resultOf(outcome: VisitOutcome, timeZone: string): VisitResult {
  const labelled = outcome.alternatives.map((startAtMs) => ({ startAtMs, label: timeLabel(startAtMs, timeZone) }))
  return { ...outcome, timeZone, label: timeLabel(outcome.startAtMs, timeZone), alternatives: labelled }
}

function wantedStill(context: ToolContext): void {
  if (!context.wanted()) throw new DOMException('the turn is no longer wanted', 'AbortError')
}

async function listingOf(id: string, { workspace }: ToolContext, search: ListingSearch): Promise<Listing> {
  const listing = await search.get(workspace, id)
  if (listing === undefined) throw new ToolRefusal(`there is no listing ${id}`)
  return listing
}

function calendarOf({ turn }: ToolContext, settings: AgentSettings): string {
  const address = parseAddress(turn.conversation)
  return `${address === undefined ? '' : partsOf(address).workspace}/calendar/${settings.calendar}`
}
