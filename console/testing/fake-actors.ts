/** Actors of the fake world: the history of a conversation's actor, told from its messages. */
import type { ActorRow, ActorView, InstantView } from '#gateway/protocol.ts'
import type { FakeWorld } from './fake-world.ts'

/** The newest first. */
export function actorList(world: FakeWorld, kind?: string): readonly ActorRow[] {
  const conversations = [...world.conversations.values()].map(({ row }) => ({
    address: row.conversation,
    kind: 'conversation',
    machine: 'conversation@1',
    status: 'active' as const,
    revision: history(world, row.conversation).length,
    updatedAtMs: row.lastAtMs,
  }))
  const leads = [...world.leads.values()].map((lead) => ({
    address: `demo/lead/${lead.lead}`,
    kind: 'lead',
    machine: 'lead@1',
    status: lead.status === 'invalid' ? ('failed' as const) : ('active' as const),
    revision: lead.revision,
    updatedAtMs: lead.updatedAtMs,
  }))
  return [...conversations, ...leads]
    .filter((each) => kind === undefined || each.kind === kind)
    .sort((one, other) => other.updatedAtMs - one.updatedAtMs)
}

/** The actor as it is now. */
export function actorView(world: FakeWorld, address: string): ActorView | undefined {
  const row = actorList(world).find((each) => each.address === address)
  const last = history(world, address).at(-1)
  if (row === undefined || last === undefined) return undefined
  return {
    ...row,
    value: last.value,
    context: last.context,
    timers: [{ id: 'idle-close', dueAtMs: world.nowMs() + 80_000_000, event: 'xstate.after.idle' }],
    effects: [],
    createdAtMs: row.updatedAtMs - 90_000_000,
  }
}

/** Every step, oldest first. */
export function history(world: FakeWorld, address: string): readonly InstantView[] {
  const conversation = world.conversations.get(address)
  if (conversation === undefined) {
    const lead = [...world.leads.values()].find((each) => `demo/lead/${each.lead}` === address)
    return lead === undefined
      ? []
      : [
          instant(1, lead.createdAtMs, {
            event: { type: 'lead.captured' },
            value: lead.status,
            context: { profile: lead.profile, score: lead.score?.total },
            facts: [{ type: 'lead-captured', data: { profile: lead.profile } }],
          }),
        ]
  }
  let owner: unknown = { kind: 'assistant' }
  let epoch = 1
  return conversation.messages.map((message, index) => {
    const system = message.author.kind === 'system' ? message.author.notice : undefined
    if (system === 'taken-over' || system === 'handed-off') epoch++
    if (system === 'taken-over') owner = { kind: 'member', name: message.text }
    if (system === 'handed-off') owner = { kind: 'queue' }
    const place = JSON.stringify(owner).includes('member')
      ? { member: 'attentive' }
      : JSON.stringify(owner).includes('queue')
        ? 'queued'
        : { assistant: message.author.kind === 'assistant' ? 'idle' : 'routing' }
    const type =
      message.author.kind === 'customer'
        ? 'message.received'
        : message.author.kind === 'assistant'
          ? 'xstate.done.actor.answer'
          : system === 'handed-off'
            ? 'person.requested'
            : message.author.kind === 'member'
              ? 'member.message'
              : 'member.take-over'
    return instant(index + 1, message.atMs, {
      event: { type, text: message.text, clientId: `c${index}` },
      value: { open: place },
      context: { lastN: message.n, owner, epoch, restarts: 0, recent: [{ n: message.n, text: message.text }] },
      facts: [{ type: 'message-added', data: { n: message.n, text: message.text } }],
    })
  })
}

type Step = Pick<InstantView, 'event' | 'value' | 'context' | 'facts'>

function instant(revision: number, atMs: number, { event, value, context, facts }: Step): InstantView {
  const asks = event.type === 'message.received'
  return {
    revision,
    atMs,
    eventId: `ev-${revision}`,
    event,
    outcome: 'applied',
    value,
    context,
    facts,
    effectsAsked: asks ? [{ id: `route-${revision}`, name: 'route', epoch: 1 }] : [],
    effectsStopped: event.type === 'member.take-over' ? ['answer-2'] : [],
    timersArmed: asks ? [{ id: 'idle-close', dueAtMs: atMs + 86_400_000 }] : [],
    timersCancelled: asks ? ['burst'] : [],
    sends: event.type === 'person.requested' ? [{ to: 'demo/queue/sales', type: 'queue.join' }] : [],
  }
}
