/**
 * What the meeting's actions write. M18: a slot is claimed before it is promised, and given back when it is not used.
 */
import { idOf } from './hosted.ts'
import type {
  MeetingEvent,
  MeetingFacts,
  MeetingInput,
  MeetingSettings,
  MeetingStatus,
  SlotRefusal,
} from './lead-contract.ts'
import { neighbour } from './hosted.ts'
import type { Pen } from './pen.ts'

export interface MeetingContext {
  readonly address: string
  readonly settings: MeetingSettings
  readonly status: MeetingStatus | 'none'
  readonly conversation: string
  readonly lead: string
  readonly calendar: string
  readonly listingId: string
  readonly title: string
  readonly place: string
  readonly timeZone: string
  readonly durationMs: number
  /** The slot that is ours; 0 while none is. */
  readonly heldAtMs: number
  /** The slot asked for. */
  readonly wantedAtMs: number
  readonly by: string
  readonly missedAtMs: number
  /** Follow-ups said to be due since it was missed. */
  readonly followUps: number
}

/** What only the machine tells itself. */
export type MeetingSelfEvent =
  | { readonly type: 'reminder.day-due' }
  | { readonly type: 'reminder.hour-due' }
  | { readonly type: 'meeting.over' }
  | { readonly type: 'follow-up.due' }

export type MeetingMachineEvent = MeetingEvent | MeetingSelfEvent
export type MeetingPen = Pen<MeetingContext, MeetingFacts>
type Of<Type extends MeetingEvent['type']> = Extract<MeetingEvent, { readonly type: Type }>

/** A meeting nobody has asked for yet. */
export function newMeeting({ address, settings }: MeetingInput): MeetingContext {
  return {
    address,
    settings,
    status: 'none',
    conversation: '',
    lead: '',
    calendar: '',
    listingId: '',
    title: '',
    place: '',
    timeZone: 'Asia/Kolkata',
    durationMs: 0,
    heldAtMs: 0,
    wantedAtMs: 0,
    by: 'customer',
    missedAtMs: 0,
    followUps: 0,
  }
}

/** The customer wants to see a home. */
export function request(pen: MeetingPen, event: Of<'meeting.request'>): void {
  const { conversation, lead, calendar, listingId, startAtMs, durationMs, timeZone } = event
  const { address } = pen.context
  pen.change({
    conversation: addressIn(address, 'conversation', conversation),
    lead: addressIn(address, 'lead', lead),
    calendar: addressIn(address, 'calendar', calendar),
    listingId,
    title: event.title.slice(0, 200),
    place: event.place.slice(0, 300),
    timeZone,
    durationMs,
    wantedAtMs: startAtMs,
  })
  become(pen, 'requested', { by: 'customer', startAtMs })
  claim(pen)
}

/** Another time. Until the calendar has agreed, the slot we have stays ours. */
export function reschedule(pen: MeetingPen, event: Of<'meeting.reschedule'>): void {
  pen.change({ wantedAtMs: event.startAtMs, by: event.by })
  if (pen.context.heldAtMs === 0) become(pen, 'requested', { by: event.by, startAtMs: event.startAtMs })
  claim(pen)
}

/** The slot is ours; the one we had before goes back. */
export function book(pen: MeetingPen): void {
  const { heldAtMs, wantedAtMs } = pen.context
  if (heldAtMs !== 0 && heldAtMs !== wantedAtMs) release(pen, heldAtMs)
  pen.change({ heldAtMs: pen.context.wantedAtMs, missedAtMs: 0, followUps: 0 })
  become(pen, 'booked', { by: pen.context.by, startAtMs: pen.context.heldAtMs })
}

/** The slot is not to be had; these are. */
export function refuse(
  pen: MeetingPen,
  why: { readonly alternatives: readonly number[]; readonly reason: SlotRefusal },
): void {
  const { by, wantedAtMs } = pen.context
  become(pen, 'refused', { by, startAtMs: wantedAtMs, ...why })
}

/** The new time is not to be had: the old one stands. */
export function stay(
  pen: MeetingPen,
  why: { readonly alternatives: readonly number[]; readonly reason: SlotRefusal },
): void {
  const { by, status, heldAtMs } = pen.context
  pen.change({ wantedAtMs: heldAtMs })
  if (status !== 'none') become(pen, status, { by, startAtMs: heldAtMs, ...why })
}

/** The calendar did not answer: what it may still grant is not wanted. */
export function giveUp(pen: MeetingPen): void {
  const { calendar, address, wantedAtMs } = pen.context
  pen.send(calendar, { type: 'slot.release', meeting: address, startAtMs: wantedAtMs })
}

/** A grant that came too late to be ours. */
export function release(pen: MeetingPen, startAtMs: number): void {
  const { calendar, address } = pen.context
  pen.send(calendar, { type: 'slot.release', meeting: address, startAtMs })
}

/** Gives our slot back. */
export function letGo(pen: MeetingPen): void {
  if (pen.context.heldAtMs !== 0) release(pen, pen.context.heldAtMs)
  pen.change({ heldAtMs: 0 })
}

/** A new status, told to the conversation and the lead. */
export function become(
  pen: MeetingPen,
  status: MeetingStatus,
  change: {
    readonly by: string
    readonly startAtMs: number
    readonly reason?: string
    readonly alternatives?: readonly number[]
  },
): void {
  const { durationMs, listingId, title, place, timeZone, lead, conversation, address } = pen.context
  pen.change({ status, by: change.by })
  pen.fact('meeting-changed', { status, durationMs, listingId, title, place, timeZone, lead, conversation, ...change })
  const news = { type: 'meeting.changed', meetingId: idOf(address), status, startAtMs: change.startAtMs }
  pen.send(conversation, news)
  pen.send(lead, news)
}

/** Timers of a booked meeting: a reminder whose time has passed is left out. */
export function armReminders(pen: MeetingPen): void {
  const { heldAtMs, durationMs, settings } = pen.context
  const untilMs = heldAtMs - pen.atMs
  if (untilMs > settings.dayBeforeMs) pen.arm('reminder.day-due', untilMs - settings.dayBeforeMs)
  if (untilMs > settings.hourBeforeMs) pen.arm('reminder.hour-due', untilMs - settings.hourBeforeMs)
  pen.arm('meeting.over', untilMs + durationMs)
}

/** No more reminders. */
export function disarmReminders(pen: MeetingPen): void {
  for (const timer of ['reminder.day-due', 'reminder.hour-due', 'meeting.over']) pen.disarm(timer)
}

/** Time to remind. */
export function remind(pen: MeetingPen, kind: 'day-before' | 'hour-before'): void {
  const { heldAtMs: startAtMs, conversation, lead, status } = pen.context
  pen.fact('meeting-reminder-due', { startAtMs, conversation, lead, kind })
  if (status !== 'reminded') become(pen, 'reminded', { by: 'system', startAtMs })
}

/** They came: the lead has engaged. */
export function attend(pen: MeetingPen, event: Of<'meeting.attended'>): void {
  const { heldAtMs: startAtMs, lead, conversation } = pen.context
  become(pen, 'attended', { by: event.by, startAtMs })
  pen.send(lead, { type: 'engagement.recorded', kind: 'visit', conversation })
}

/** They did not come. */
export function miss(pen: MeetingPen, event: Of<'meeting.missed'>): void {
  pen.change({ missedAtMs: pen.atMs, followUps: 0 })
  become(pen, 'missed', { by: event.by, startAtMs: pen.context.heldAtMs })
}

/** The timer of the next follow-up. */
export function armFollowUp(pen: MeetingPen): void {
  const { settings, followUps, missedAtMs } = pen.context
  const due = settings.followUpsMs[followUps]
  if (due !== undefined) pen.arm('follow-up.due', missedAtMs + due - pen.atMs)
}

/** A step of the sequence after a no-show. */
export function followUp(pen: MeetingPen): void {
  const { conversation, lead } = pen.context
  const step = pen.context.followUps + 1
  pen.change({ followUps: step })
  pen.fact('no-show-follow-up-due', { step, conversation, lead })
}

function claim(pen: MeetingPen): void {
  const { calendar, address, wantedAtMs, durationMs } = pen.context
  pen.send(calendar, { type: 'slot.claim', meeting: address, startAtMs: wantedAtMs, durationMs })
}

/** Callers may name a neighbour by its id alone. */
function addressIn(own: string, kind: string, text: string): string {
  return text.includes('/') ? text : neighbour(own, kind, text)
}
