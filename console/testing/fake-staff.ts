/** What the fake gateway answers to each staff command. */
import type { InboxQuery, InboxRow, Member, Reply, StaffCommand } from '#gateway/protocol.ts'
import { compareRows } from '../src/stores/inbox-order.ts'
import { actorList, actorView, history } from './fake-actors.ts'
import { funnelOf } from './fake-funnel.ts'
import type { FakeDeadLetters, FakeLeadEvents } from './fake-dead-letters.ts'
import { contentOf } from './fake-offers.ts'
import { homeCard } from './fake-people.ts'
import { isInView, type FakeWorld, type Refusal } from './fake-world.ts'

export interface StaffSocketState {
  query: InboxQuery
  open: string | undefined
  funnel: boolean
}

export interface StaffScene {
  readonly world: FakeWorld
  readonly deadLetters: FakeDeadLetters
  readonly leadEvents: FakeLeadEvents
  readonly me: Member
  readonly socket: StaffSocketState
}

type Answer = Reply<unknown>
const ok = (value: unknown = null): Answer => ({ ok: true, value })

function refused(refusal: Refusal | undefined): Answer {
  if (refusal === undefined) return ok()
  return { ok: false, error: { code: 'refused', message: `refused: ${refusal.code}`, retry: 'never', refusal } }
}

const notFound: Answer = {
  ok: false,
  error: { code: 'not-found', message: 'There is no such thing here.', retry: 'never' },
}

/** Carries out one command. Anything it does not know is refused as the real one would. */
export function answerStaff(command: StaffCommand, scene: StaffScene): Answer {
  if ('conversation' in command && !scene.world.conversations.has(command.conversation)) return notFound
  switch (command.type) {
    case 'inbox.open':
      scene.socket.query = command.query
      return ok(inboxPage(command.query, scene))
    case 'inbox.page':
      return ok(inboxPage(command.query, scene))
    case 'members.list':
      return ok(scene.world.members)
    case 'canned.list':
      return ok(scene.world.canned)
    case 'canned.save': {
      const others = scene.world.canned.filter((each) => each.shortcut !== command.reply.shortcut)
      scene.world.canned.splice(0, Infinity, ...others, command.reply)
      return ok()
    }
    case 'canned.delete':
      scene.world.canned.splice(0, Infinity, ...scene.world.canned.filter((each) => each.shortcut !== command.shortcut))
      return ok()
    case 'listing.search':
      return ok(
        Array.from({ length: 12 }, (_, index) => homeCard(index)).filter((card) =>
          `${card.title} ${card.locality}`.toLowerCase().includes(command.text.toLowerCase()),
        ),
      )
    case 'presence.set': {
      const member = scene.world.members.find((each) => each.memberId === scene.me.memberId)
      if (member !== undefined) member.available = command.available
      scene.world.emit({
        type: 'member',
        memberId: scene.me.memberId,
        available: command.available,
        load: member?.load ?? 0,
      })
      return ok()
    }
    default:
      return answerConversation(command, scene)
  }
}

function answerConversation(command: StaffCommand, { world, me, socket }: StaffScene): Answer {
  const by = { memberId: me.memberId, name: me.name }
  switch (command.type) {
    case 'conversation.open':
      if (socket.open !== undefined && socket.open !== command.conversation)
        world.presence(socket.open, me.memberId, { viewing: false, typing: false })
      socket.open = command.conversation
      world.presence(command.conversation, me.memberId, { viewing: true, typing: false })
      return ok(world.view(command.conversation, command.after, 200))
    case 'conversation.leave':
      socket.open = undefined
      world.presence(command.conversation, me.memberId, { viewing: false, typing: false })
      return ok()
    case 'conversation.typing':
      world.presence(command.conversation, me.memberId, { viewing: true, typing: command.on })
      return ok()
    case 'conversation.read':
      if (world.of(command.conversation).row.unread > 0) world.change(world.of(command.conversation), { unread: 0 })
      return ok()
    case 'take-over':
      return refused(
        world.takeOver(command.conversation, me.memberId, command.force === true && me.role !== 'sales-agent'),
      )
    case 'message.send': {
      const conversation = world.of(command.conversation)
      const { owner } = conversation.row
      const before = conversation.messages.find((message) => message.clientId === command.clientId)
      if (before !== undefined) return ok({ n: before.n })
      if (owner.kind !== 'member' || owner.memberId !== me.memberId) return refused({ code: 'not-owner', owner })
      const message = world.add(
        conversation,
        { kind: 'member', ...by },
        { text: command.text, clientId: command.clientId, ...contentOf(command.offer) },
      )
      return ok({ n: message.n })
    }
    case 'note.add': {
      const conversation = world.of(command.conversation)
      const note = {
        noteId: command.noteId,
        ...by,
        text: command.text,
        atMs: world.nowMs(),
        afterN: conversation.row.lastN,
        kind: 'note',
      } as const
      conversation.notes.push(note)
      world.emit({ type: 'conversation.note', conversation: command.conversation, note })
      return ok()
    }
    case 'guidance.give': {
      const conversation = world.of(command.conversation)
      const note = {
        noteId: `g${world.nowMs()}`,
        ...by,
        text: command.text,
        atMs: world.nowMs(),
        afterN: conversation.row.lastN,
        kind: 'guidance',
      } as const
      conversation.notes.push(note)
      world.emit({ type: 'conversation.note', conversation: command.conversation, note })
      return ok()
    }
    default:
      return answerOwnership(command, { world, me, socket })
  }
}

function answerOwnership(command: StaffCommand, scene: Omit<StaffScene, 'deadLetters' | 'leadEvents'>): Answer {
  const { world, me } = scene
  switch (command.type) {
    case 'hand-back':
      world.own(
        world.of(command.conversation),
        { kind: 'assistant' },
        { notice: 'handed-back', text: command.note ?? '' },
      )
      return ok()
    case 'hand-to-team':
      world.handOff(command.conversation, 'member-assigned', command.note ?? '')
      return ok()
    case 'assign': {
      const member = world.members.find((each) => each.memberId === command.memberId)
      world.own(
        world.of(command.conversation),
        { kind: 'member', memberId: command.memberId, name: member?.name ?? '' },
        { notice: 'taken-over', text: member?.name ?? '' },
      )
      return ok()
    }
    case 'snooze':
      world.change(world.of(command.conversation), { status: 'snoozed' })
      return ok()
    case 'close':
      world.change(world.of(command.conversation), { status: 'closed' })
      world.add(world.of(command.conversation), { kind: 'system', notice: 'closed' }, { text: command.reason })
      return ok()
    case 'reopen':
      world.change(world.of(command.conversation), { status: 'open' })
      world.add(world.of(command.conversation), { kind: 'system', notice: 'reopened' }, { text: me.name })
      return ok()
    default:
      return { ok: false, error: { code: 'unknown-command', message: `unknown ${command.type}`, retry: 'never' } }
  }
}

/** Leads, funnel, actors, dead letters. */
export function answerBoards(
  command: StaffCommand,
  { world, deadLetters, leadEvents, socket }: StaffScene,
): Answer | undefined {
  switch (command.type) {
    case 'lead.list':
      return ok(leadPage(command, world))
    case 'lead.leave':
      return ok()
    case 'lead.get': {
      const lead = world.leads.get(command.lead)
      return lead === undefined ? notFound : ok(lead)
    }
    case 'lead.separate':
    case 'lead.join':
      return joining(command, world)
    case 'lead.stage':
    case 'lead.repair': {
      const lead = world.leads.get(command.lead)
      if (lead === undefined) return notFound
      const { problems: _problems, ...rest } = lead
      const next =
        command.type === 'lead.stage'
          ? { ...lead, stage: command.stage, revision: lead.revision + 1 }
          : { ...rest, profile: command.profile, status: 'active' as const, revision: lead.revision + 1 }
      world.leads.set(lead.lead, next)
      world.emit({ type: 'lead', lead: next })
      return ok()
    }
    case 'meeting.set':
      return ok()
    case 'funnel.open':
      socket.funnel = true
      return ok(funnelOf(world))
    case 'funnel.leave':
      socket.funnel = false
      return ok()
    case 'actor.list':
      return ok(
        actorList(world, command.kind).filter((each) => command.status === undefined || each.status === command.status),
      )
    case 'actor.open': {
      const actor = actorView(world, command.address)
      return actor === undefined ? notFound : ok(actor)
    }
    case 'actor.history':
      return ok(
        history(world, command.address)
          .filter((each) => each.revision > command.afterRevision)
          .slice(0, command.limit),
      )
    case 'actor.leave':
      return ok()
    case 'dead-letter.list':
      return ok(deadLetters.list())
    case 'dead-letter.replay':
      return ok(deadLetters.settle(command.id, 'replayed', world))
    case 'dead-letter.discard':
      return ok(deadLetters.settle(command.id, 'discarded', world))
    case 'lead-event.list':
      return ok(leadEvents.list())
    case 'lead-event.replay':
      return ok(leadEvents.replay(command.letter, command.text, world))
    case 'lead-event.discard':
      return ok(leadEvents.discard(command.letter, world))
    default:
      return undefined
  }
}

/** Whether a row is what a query asks for. */
export function matches(row: InboxRow, query: InboxQuery, memberId: string): boolean {
  const words = query.search?.toLowerCase()
  return (
    isInView(row, query.view, memberId) &&
    (words === undefined || `${row.name} ${row.lastText}`.toLowerCase().includes(words)) &&
    (query.temperature === undefined || query.temperature.includes(row.temperature)) &&
    (query.channel === undefined || query.channel.includes(row.channel)) &&
    (query.unreadOnly !== true || row.unread > 0) &&
    (query.handOffReason === undefined || row.handOff?.reason === query.handOffReason) &&
    (query.memberId === undefined || (row.owner.kind === 'member' && row.owner.memberId === query.memberId))
  )
}

function inboxPage(query: InboxQuery, { world, me }: StaffScene) {
  const rows = [...world.conversations.values()]
    .map((each) => each.row)
    .filter((row) => matches(row, query, me.memberId))
    .sort(compareRows)
  const from = query.after === undefined ? 0 : Number(query.after)
  const next = from + query.limit < rows.length ? { next: String(from + query.limit) } : {}
  return { rows: rows.slice(from, from + query.limit), counts: world.counts(me.memberId), ...next }
}

/** The lead that another is part of, or was, with that one separated or joined again. */
function joining(
  command: Extract<StaffCommand, { readonly type: 'lead.separate' | 'lead.join' }>,
  world: FakeWorld,
): Answer {
  const owner = [...world.leads.values()].find(({ joined = [], apart = [] }) =>
    [...joined, ...apart].some((each) => each.lead === command.lead),
  )
  if (owner === undefined) return notFound
  const { joined = [], apart = [] } = owner
  const of = <Each extends { readonly lead: string }>(list: readonly Each[]) =>
    list.filter((each) => each.lead === command.lead)
  const others = <Each extends { readonly lead: string }>(list: readonly Each[]) =>
    list.filter((each) => each.lead !== command.lead)
  const next =
    command.type === 'lead.separate'
      ? { joined: others(joined), apart: [...apart, ...of(joined).map((each) => ({ ...each, by: 'Asha' }))] }
      : {
          joined: [...joined, ...of(apart).map((each) => ({ ...each, evidence: 'by-hand' as const, key: '' }))],
          apart: others(apart),
        }
  const after = { ...owner, ...next, revision: owner.revision + 1 }
  world.leads.set(owner.lead, after)
  world.emit({ type: 'lead', lead: after })
  return ok()
}

function leadPage({ query }: Extract<StaffCommand, { type: 'lead.list' }>, world: FakeWorld) {
  const words = query.search?.toLowerCase()
  const all = [...world.leads.values()].filter(
    (lead) =>
      (query.stage === undefined || lead.stage === query.stage) &&
      (query.temperature === undefined || lead.temperature === query.temperature) &&
      (query.source === undefined || lead.source === query.source) &&
      (query.status === undefined || lead.status === query.status) &&
      (words === undefined || JSON.stringify(lead.profile).toLowerCase().includes(words)),
  )
  const from = Number(query.after ?? 0)
  const next = from + query.limit < all.length ? { next: String(from + query.limit) } : {}
  return { leads: all.slice(from, from + query.limit), total: all.length, totalIs: 'exact', ...next }
}
