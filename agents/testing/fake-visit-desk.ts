import { meetingAddress, type VisitDesk, type VisitOutcome, type VisitRequest } from '../visit-desk.ts'

const hourMs = 3_600_000

/** Meeting and calendar actors as the agents meet them: one visit at a time, the same (conversation, turn) is the same visit. */
export class FakeVisitDesk implements VisitDesk {
  readonly visits = new Map<string, VisitOutcome>()
  /** Times that somebody else has. */
  readonly full = new Set<number>()
  asked = 0

  /** What the calendar's read model shows. */
  taken(): readonly { readonly startAtMs: number; readonly durationMs: number }[] {
    return [...this.visits.values()].filter((each) => each.status === 'booked')
  }

  async made({ conversation, fromN }: Parameters<VisitDesk['made']>[0]): Promise<VisitOutcome | undefined> {
    return this.visits.get(meetingAddress(conversation, fromN))
  }

  async book(request: VisitRequest): Promise<VisitOutcome> {
    this.asked += 1
    const meetingId = meetingAddress(request.conversation, request.fromN)
    const before = this.visits.get(meetingId)
    if (before !== undefined)
      return before.startAtMs === request.startAtMs ? before : this.reschedule({ ...request, meetingId })
    const refused =
      this.full.has(request.startAtMs) || this.taken().some((each) => each.startAtMs === request.startAtMs)
    const outcome: VisitOutcome = {
      ...request,
      meetingId,
      status: refused ? 'refused' : 'booked',
      alternatives: refused ? [request.startAtMs + hourMs, request.startAtMs + 2 * hourMs] : [],
    }
    this.visits.set(meetingId, outcome)
    return outcome
  }

  async reschedule({ meetingId, startAtMs }: Parameters<VisitDesk['reschedule']>[0]): Promise<VisitOutcome> {
    const before = this.visits.get(meetingId)
    if (before === undefined) throw new Error(`fake desk: there is no ${meetingId}`)
    const outcome: VisitOutcome = { ...before, startAtMs }
    this.visits.set(meetingId, outcome)
    return outcome
  }

  async cancel({ meetingId }: Parameters<VisitDesk['cancel']>[0]): Promise<VisitOutcome> {
    const before = this.visits.get(meetingId)
    if (before === undefined) throw new Error(`fake desk: there is no ${meetingId}`)
    const outcome: VisitOutcome = { ...before, status: 'cancelled' }
    this.visits.set(meetingId, outcome)
    return outcome
  }
}
