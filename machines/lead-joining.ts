/**
 * How leads of one person become one, and two again. M14: a merged lead keeps everything and passes on what comes. M56: each keeps its own part up to
 * date, so that a merge is undone without mixing. M57: what a person has separated, only a person joins again. M58: what was said against being
 * written to before the split holds for both.
 */
import { identityId, keysOf } from './contact-key.ts'
import { neighbour } from './hosted.ts'
import type { LeadEvent } from './lead-contract.ts'
import { merged, normal } from './lead-profile.ts'
import { begun, ownAfter, ownNow, ownOf, type LeadOwn, type OwnWriting } from './lead-own.ts'
import { learn, link, rescore, type LeadContext, type LeadMachineEvent, type LeadPen } from './lead-writing.ts'
import { ledgerAfter } from './outreach-facts.ts'
import { newLedger, refusalsOf, stricter } from './outreach-ledger.ts'

type Of<Type extends LeadEvent['type']> = Extract<LeadEvent, { readonly type: Type }>

const forwardsMax = 8
/** Beyond it a joined lead becomes part of this one for good; split, it has its own back, and this one keeps what it knew too. */
const joinedMax = 50
const apartMax = 10
const keptApartMax = 50

/** Somebody else came first: this lead becomes part of theirs. Nothing is forgotten here, so that it can be undone. */
export function merge(pen: LeadPen, { lead: into, key, undoable }: Of<'identity.owned'>): void {
  if (undoable === true) keepOwn(pen)
  pen.fact('lead-merged', { into, key })
  become(pen, into, undoable === true ? { key, undoable } : {})
}

/** A person says that this one is the same person as that one. */
export function join(pen: LeadPen, { into, by }: Of<'lead.join'>): void {
  keepOwn(pen)
  pen.change({ keptApart: (pen.context.keptApart ?? []).filter((each) => each !== into) })
  pen.fact('lead-merged', { into, key: '', by })
  become(pen, into, { key: '', by, undoable: true })
}

/** Everything another lead knew of the same person. What this one knows itself stays. */
export function absorb(pen: LeadPen, event: Of<'lead.absorbed'>): void {
  const { from, profile, engagements, strong, conversations, outreach, key, by, round } = event
  take(pen, event)
  const absorbed = {
    from,
    ...(outreach === undefined ? {} : { outreach }),
    ...(key === undefined ? {} : { key }),
    ...(by === undefined ? {} : { by }),
    ...(round === undefined ? {} : { again: true as const }),
  }
  const own = pen.context.outreach ?? newLedger()
  if (outreach !== undefined) pen.change({ outreach: ledgerAfter(own, { type: 'lead-absorbed', data: absorbed }) })
  pen.fact('lead-absorbed', absorbed)
  for (const conversation of conversations) link(pen, conversation)
  if (engagements > 0) {
    const count = pen.context.engagements + engagements
    pen.change({ engagements: count, strong: pen.context.strong || strong, warmedAtMs: pen.atMs })
    pen.fact('engagement-recorded', { kind: 'merged', count })
  }
  learn(pen, merged(normal(profile, pen.context.settings.countryCode), pen.context.profile))
  rescore(pen)
  pen.raise({ type: 'lead.grew' })
}

/** Passes an event on to the lead it was merged into. One that is leaving keeps to itself what is no question. */
export function forward(pen: LeadPen, event: LeadMachineEvent): void {
  const { address, mergedInto, parting, round } = pen.context
  if (event.type === 'lead.absorbed') take(pen, event)
  if (parting === true && !event.type.startsWith('outreach.')) return
  const { eventId: _eventId, atMs: _atMs, ...rest } = { eventId: '', atMs: 0, ...event }
  const path = [...pathOf(event), address]
  if (rest.type !== 'lead.absorbed' || rest.round === undefined) {
    pen.send(mergedInto, { ...rest, forwardedBy: path })
    return
  }
  if (rest.round !== round) return
  // It was asked for by this lead before it was merged: for the other it is news that came through here.
  const { round: _round, undoable: _undoable, ...news } = rest
  pen.send(mergedInto, { ...news, forwardedBy: path })
}

/** Whether an event has gone in a circle: leads merged into each other at the same moment. The least address gets up again. */
export function isRound(context: LeadContext, event: LeadMachineEvent): boolean {
  const path = pathOf(event)
  return path.includes(context.address) && path.every((each) => context.address <= each)
}

/** Whether an event has come far enough to be let go. */
export function isLost(event: LeadMachineEvent): boolean {
  return pathOf(event).length >= forwardsMax
}

/** Its own lead again: the keys that are others' are not asked for any more. */
export function split(pen: LeadPen, why: { readonly by: string; readonly reason?: string }): void {
  const { mergedInto, keys } = pen.context
  const apart = Object.entries(keys).flatMap(([key, state]) => (state === 'asked' ? [key] : []))
  const own = Object.fromEntries(Object.entries(keys).filter(([key]) => !apart.includes(key)))
  pen.change({ mergedInto: '', apart: [...pen.context.apart, ...apart].slice(-apartMax), keys: own })
  pen.fact('lead-split', { from: mergedInto, ...why })
}

/** Out of a circle: with its own part, as that has come to be meanwhile. */
export function getUp(pen: LeadPen): void {
  split(pen, { by: 'system', reason: 'merged in a circle' })
  if (isTracked(pen)) restore(pen, { by: 'system' })
}

/** What came round: another lead's part; its own it has. */
export function takeUp(pen: LeadPen, event: LeadMachineEvent): void {
  if (event.type === 'lead.absorbed' && !(event.undoable === true && event.from === pen.context.address)) {
    absorb(pen, event)
  }
}

/** Asks the lead it was merged into to let it go. Until that answers, its gate is the other's. */
export function askApart(pen: LeadPen, { by, reason, keys }: Of<'lead.split'>): void {
  const { address, mergedInto, profile, own } = pen.context
  pen.change({ parting: true })
  pen.send(mergedInto, {
    type: 'lead.part',
    from: address,
    keys: keysOf((own ?? { profile }).profile),
    taking: keys === 'here',
    by,
    ...(reason === undefined ? {} : { reason }),
    forwardedBy: [address],
  })
}

/** Lets a lead go: what it brought goes with it. The lead that nobody has taken in answers. */
export function part(pen: LeadPen, event: Of<'lead.part'>): void {
  const { from, taking, by, reason } = event
  const shared = handOver(pen, event)
  const isNews = by !== 'system' || isJoined(pen.context, from)
  letGo(pen, from)
  const before = pen.context.outreach
  if (isTracked(pen)) restore(pen, { by })
  if (isNews) pen.fact('lead-parted', { from, by, ...(reason === undefined ? {} : { reason }) })
  pen.send(from, {
    type: 'lead.parted',
    by,
    ...(reason === undefined ? {} : { reason }),
    leaving: taking ? [] : shared,
    ...(before === undefined ? {} : { outreach: refusalsOf(before) }),
  })
}

/** A lead that is itself part of another lets one go that is joined with it, and passes it on: the other knows what both brought. */
export function partBelow(pen: LeadPen, event: Of<'lead.part'>): void {
  handOver(pen, event)
  letGo(pen, event.from)
  forward(pen, event)
}

/** It was let go: it is what it alone would have come to, with what anybody said against being written to. */
export function beApart(pen: LeadPen, { by, reason, leaving, outreach }: Of<'lead.parted'>): void {
  const { mergedInto, keptApart = [] } = pen.context
  if (outreach !== undefined) keepRefusals(pen, outreach)
  split(pen, { by, ...(reason === undefined ? {} : { reason }) })
  pen.change({ parting: false, keptApart: [...keptApart, mergedInto].slice(-keptApartMax) })
  if (isTracked(pen)) restore(pen, { by })
  for (const key of leaving) if (pen.context.keys[key] === 'mine') give(pen, key, { to: mergedInto, shared: true })
}

/** Who was kept apart by a person comes in through a third lead: it is sent back. */
export function decline(pen: LeadPen, { from }: Of<'lead.absorbed'>): void {
  pen.send(from, { type: 'lead.split', by: 'system', reason: 'kept apart', keys: 'there' })
}

/** Tells its own part again, and lets those joined with it tell theirs. */
export function tellAgain(pen: LeadPen, event: Of<'lead.asked-again'>): void {
  const { address, joined = [] } = pen.context
  const { by, round } = event
  const { profile, engagements, strong, conversations, outreach } = ownNow(pen.context, pen.atMs)
  const told = { from: address, profile, engagements, strong, conversations, round, forwardedBy: [address] }
  pen.send(by, { type: 'lead.absorbed', ...told, ...(outreach === undefined ? {} : { outreach }) })
  const path = [...pathOf(event), address]
  for (const { lead } of joined) pen.send(lead, { type: 'lead.asked-again', by, round, forwardedBy: path })
}

/** Whether it is asked by the lead it is part of, or by that one's. */
export function isAskedByOwner({ address, mergedInto, parting }: LeadContext, event: LeadMachineEvent): boolean {
  const path = pathOf(event)
  const asking = path.at(-1) ?? (event.type === 'lead.asked-again' ? event.by : '')
  return parting !== true && asking === mergedInto && !path.includes(address)
}

/** A key is of one that a person has separated from this lead: it stays theirs. */
export function leave(pen: LeadPen, { key }: Of<'identity.owned'>): void {
  const { apart, keys } = pen.context
  if (apart.includes(key)) return
  const { [key]: _theirs, ...others } = keys
  pen.change({ apart: [...apart, key].slice(-apartMax), keys: others })
}

export function isKeptApart({ keptApart = [] }: LeadContext, lead: string): boolean {
  return keptApart.includes(lead)
}

export function isJoined({ joined = [] }: LeadContext, lead: string): boolean {
  return joined.some((each) => each.lead === lead)
}

/** Whether it answers a question that has been asked anew since. */
export function isStale({ round = 0 }: LeadContext, event: LeadMachineEvent): boolean {
  return event.type === 'lead.absorbed' && event.round !== undefined && event.round !== round
}

/** Whether a lead that is separate by now passed it on before it knew. */
export function isFromApart(context: LeadContext, event: LeadMachineEvent): boolean {
  const last = pathOf(event).at(-1)
  return last !== undefined && isKeptApart(context, last)
}

/** Back to the lead that passed it on. */
export function sendBack(pen: LeadPen, event: LeadMachineEvent): void {
  const {
    eventId: _eventId,
    atMs: _atMs,
    forwardedBy: _path,
    ...rest
  } = { eventId: '', atMs: 0, forwardedBy: [], ...event }
  const last = pathOf(event).at(-1)
  if (last !== undefined) pen.send(last, rest)
}

/** Writes what this lead heard itself into its own part, too. What came through a joined lead is that one's. */
export function account(pen: LeadPen, event: LeadMachineEvent, write: OwnWriting): void {
  const last = pathOf(event).at(-1)
  if (!isTracked(pen) || (last !== undefined && isJoined(pen.context, last))) return
  pen.change({ own: ownAfter(pen.context, event, write) })
}

/** Its own part becomes active as the lead does. */
export function beginOwn(pen: LeadPen): void {
  const { own } = pen.context
  if (own !== undefined && own !== null) pen.change({ own: begun(own, pen.context, pen.atMs) })
}

function isTracked({ context: { own } }: LeadPen): boolean {
  return own !== undefined && own !== null
}

function keepOwn(pen: LeadPen): void {
  if (!isTracked(pen)) pen.change({ own: begun(ownOf(pen.context), pen.context, pen.atMs) })
}

function become(pen: LeadPen, into: string, how: Partial<Of<'lead.absorbed'>>): void {
  const { address, profile, engagements, strong, conversations, outreach } = pen.context
  pen.change({ mergedInto: into })
  pen.send(into, {
    type: 'lead.absorbed',
    from: address,
    profile,
    engagements,
    strong,
    conversations,
    ...(outreach === undefined ? {} : { outreach }),
    ...how,
    forwardedBy: [address],
  })
}

/** Remembers that a lead is joined with this one, and until then what it knew itself. */
function take(pen: LeadPen, event: Of<'lead.absorbed'>): void {
  const { from, undoable, by } = event
  const { address, joined = [], keptApart = [], temperature } = pen.context
  if (by !== undefined && keptApart.includes(from)) {
    pen.change({ keptApart: keptApart.filter((each) => each !== from) })
  }
  const through = pathOf(event).at(-1) ?? from
  if (undoable !== true || from === address || (through !== from && isJoined(pen.context, through))) return
  if (!isJoined(pen.context, from) && joined.length >= joinedMax) return
  const own = isTracked(pen) ? {} : { own: ownOf(pen.context) }
  pen.change({ ...own, joined: [...joined.filter((each) => each.lead !== from), { lead: from }] })
  if (temperature !== 'none') beginOwn(pen)
}

function letGo(pen: LeadPen, lead: string): void {
  const { joined = [], keptApart = [] } = pen.context
  pen.change({
    joined: joined.filter((each) => each.lead !== lead),
    keptApart: [...keptApart.filter((each) => each !== lead), lead].slice(-keptApartMax),
  })
}

/** Gives a leaving lead the keys that only it has here, and those both have where it takes them. Answers those both have. */
function handOver(pen: LeadPen, { from, keys, taking }: Of<'lead.part'>): readonly string[] {
  const own = keysOf((pen.context.own ?? pen.context).profile)
  const shared = keys.filter((key) => own.includes(key))
  for (const key of keys) {
    if (!shared.includes(key) || taking) give(pen, key, { to: from, shared: shared.includes(key) })
  }
  return shared
}

function give(pen: LeadPen, key: string, { to, shared }: { readonly to: string; readonly shared: boolean }): void {
  const { address, keys, apart } = pen.context
  if (keys[key] === 'mine') {
    const identity = neighbour(address, 'identity', identityId(key))
    pen.send(identity, { type: 'identity.hand-over', lead: address, to, key })
  }
  const { [key]: _given, ...others } = keys
  const kept = shared && !apart.includes(key) ? { apart: [...apart, key].slice(-apartMax) } : {}
  pen.change({ keys: others, ...kept })
}

/** Its own part again, said where it is another than was known last; who is still joined with it tells theirs again. */
function restore(pen: LeadPen, { by }: { readonly by: string }): void {
  const { joined = [], round = 0, outreach: together, temperature, stage, score } = pen.context
  const own = withRefusals(ownNow(pen.context, pen.atMs), together)
  const others = joined.length > 0
  pen.change({ ...own, own: others ? own : null, round: round + 1 })
  const { profile, engagements, conversations, outreach } = own
  const ledger = outreach === undefined ? {} : { outreach }
  pen.fact('lead-restored', { profile, engagements, conversations, ...ledger })
  if (own.temperature !== 'none' && own.temperature !== temperature) {
    pen.fact('temperature-changed', { from: temperature, to: own.temperature, reason: 'separated from another lead' })
  }
  if (own.stage !== 'none' && own.stage !== stage) pen.fact('stage-changed', { from: stage, to: own.stage, by })
  if (own.score !== null && JSON.stringify(own.score) !== JSON.stringify(score))
    pen.fact('score-changed', { score: own.score })
  const { address } = pen.context
  for (const { lead } of joined) pen.send(lead, { type: 'lead.asked-again', by: address, round: round + 1 })
}

function withRefusals(own: LeadOwn, together: LeadContext['outreach']): LeadOwn {
  return together === undefined ? own : { ...own, outreach: stricter(own.outreach ?? newLedger(), together) }
}

/** In its own part, or in what it knew when it was merged where that is all there is. */
function keepRefusals(pen: LeadPen, told: NonNullable<LeadContext['outreach']>): void {
  const { own, outreach = newLedger() } = pen.context
  if (own === undefined || own === null) pen.change({ outreach: stricter(outreach, told) })
  else pen.change({ own: withRefusals(own, told) })
}

function pathOf(event: LeadMachineEvent): readonly string[] {
  return 'forwardedBy' in event ? (event.forwardedBy ?? []) : []
}
