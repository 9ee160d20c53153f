import { describe, expect, it } from 'vitest'
import { pairedPhone } from './conversation-contract.ts'
import { conversation } from './conversation.ts'
import {
  after,
  afterAll,
  completed,
  failed,
  onStage,
  running,
  said,
  since,
  waited,
  type Stage,
  type StageEvent,
} from './testing/harness.ts'
import { draft, message, opened, priya, ravi, route, takeOver, verdict, wrote } from './testing/conversation-script.ts'

function fresh(settings: { readonly [key: string]: number } = {}): Stage {
  return onStage(conversation.machine, conversation.input('acme/conversation/c1', { conversation: settings }))
}

function drafting(text = '3 bhk in whitefield'): Stage {
  return afterAll(fresh(), [opened, message('a', text)])
}

function checked(stage: Stage, outcome: object = {}, drafted: object = {}): Stage {
  const routed = completed(stage, running(stage, 'route'), route)
  const answered = completed(routed, running(routed, 'answer'), { ...draft, ...drafted })
  return completed(answered, running(answered, 'check'), { ...verdict, ...outcome })
}

function numbers(stage: Stage): readonly unknown[] {
  return said(stage, 'message-added').map((each) => each['n'])
}

function authors(stage: Stage): readonly unknown[] {
  return said(stage, 'message-added').map((each) => {
    const author = each['author'] as { kind: string; notice?: string }
    return author.notice ?? author.kind
  })
}

function context(stage: Stage): { readonly [field: string]: unknown } {
  return stage.snapshot.context as { readonly [field: string]: unknown }
}

function refusals(stage: Stage): readonly unknown[] {
  return said(stage, 'command-refused').map((each) => each['code'])
}

describe('a turn', () => {
  it('[M4] starts at once on a complete message and ends with one bubble', () => {
    const done = checked(drafting())
    expect(done.snapshot.value).toEqual({ open: { assistant: 'idle' } })
    expect(authors(done)).toEqual(['customer', 'assistant'])
    expect(done.asked.map((each) => [each.name, each.input])).toEqual([
      [
        'deliver',
        {
          n: 2,
          epoch: 1,
          channel: 'web',
          text: draft.text,
          author: 'assistant',
          extras: { cards: [], chips: draft.chips },
        },
      ],
    ])
  })

  it('[M4] waits for more of a burst, at most the window, and answers it all together', () => {
    let stage = afterAll(fresh(), [opened, wrote('a', 'hi'), wrote('b', 'i want'), wrote('c', 'a flat')])
    expect(stage.snapshot.value).toEqual({ open: { assistant: 'waiting' } })
    stage = waited(stage, 400)
    const { messages } = running(stage, 'route').input as { messages: { text: string }[] }
    expect(messages.map((each) => each.text)).toEqual(['hi', 'i want', 'a flat'])
    expect(authors(checked(stage)).filter((each) => each === 'assistant')).toHaveLength(1)
  })

  it('[M4] restarts with every unanswered message, and its former work is not wanted any more', () => {
    const first = drafting()
    const routing = running(first, 'route')
    const again = after(first, message('b', 'under 1.2 crore'))
    expect(completed(again, routing, route)).toBe(again)
    expect(running(again, 'route').input).toMatchObject({ turn: 2, messages: [{ n: 1 }, { n: 2 }] })
    expect(said(again, 'turn-ended')).toMatchObject([{ turn: 1, outcome: 'restarted' }])
  })

  it('[M4] runs to its end after restartsMax, and what came later is the next turn', () => {
    let stage = drafting()
    for (const id of ['b', 'c', 'd']) stage = after(stage, message(id, id))
    stage = after(stage, message('e', 'the last one'))
    expect(said(stage, 'turn-started')).toHaveLength(4)
    stage = checked(stage)
    expect(stage.snapshot.value).toEqual({ open: { assistant: 'routing' } })
    expect(running(stage, 'route').input).toMatchObject({ turn: 5, messages: [{ text: 'the last one' }] })
  })

  it('[M1] drops an output that says it was born under another turn, even when the host lets it through', () => {
    const stage = drafting()
    const work = running(stage, 'route')
    const stale = completed(stage, work, { ...route, born: { turn: 7, epoch: 1 } })
    expect(stale.snapshot.value).toEqual({ open: { assistant: 'routing' } })
    const right = completed(stage, work, { ...route, born: { turn: 1, epoch: 1 } })
    expect(right.snapshot.value).toEqual({ open: { assistant: 'answering' } })
  })
})

describe('a hand-off', () => {
  const outcomes: readonly (readonly [string, (stage: Stage) => Stage, string])[] = [
    [
      'the router',
      (stage) => completed(stage, running(stage, 'route'), { ...route, handOff: 'complaint' }),
      'complaint',
    ],
    ['a failing router', (stage) => failed(stage, running(stage, 'route'), 'no'), 'assistant-failed'],
    ['a silent router', (stage) => waited(stage, 10_000), 'assistant-failed'],
    ['nonsense', (stage) => completed(stage, running(stage, 'route'), 'Sure! Here is your JSON'), 'assistant-failed'],
    ['nothing at all', (stage) => completed(stage, running(stage, 'route'), null), 'assistant-failed'],
    ['an ungrounded draft', (stage) => checked(stage, { deliver: false, reason: 'ungrounded' }), 'ungrounded'],
    ['low confidence', (stage) => checked(stage, { confidence: 0.69 }), 'low-confidence'],
    ['an empty draft', (stage) => answeredWith(stage, { ...draft, text: '  ' }), 'assistant-failed'],
    ['a broken draft', (stage) => answeredWith(stage, { text: 'hi' }), 'assistant-failed'],
    [
      'a draft without words',
      (stage) => answeredWith(stage, { ...draft, text: '', handOff: { reason: 'legal', summary: 's' } }),
      'legal',
    ],
  ]

  function answeredWith(stage: Stage, output: unknown): Stage {
    const routed = completed(stage, running(stage, 'route'), route)
    return completed(routed, running(routed, 'answer'), output)
  }

  for (const [by, hand, reason] of outcomes) {
    it(`[M5] by ${by} is one notice and never silence`, () => {
      const stage = hand(drafting())
      expect(stage.snapshot.value).toEqual({ open: 'queued' })
      expect(authors(stage)).toEqual(['customer', 'handed-off'])
      expect(said(stage, 'handed-off')).toMatchObject([{ reason, team: 'sales', turn: 1 }])
      expect(said(stage, 'turn-ended')).toMatchObject([{ turn: 1, outcome: 'handed-off' }])
      expect(stage.sends.at(-1)).toMatchObject({ to: 'acme/queue/sales', event: { type: 'queue.join', reason } })
      expect(stage.work.size).toBe(0)
    })
  }

  it('[M5] [M10] with checked words says them once, before the notice, under the epoch the channel will find', () => {
    const stage = checked(drafting(), {}, { handOff: { reason: 'negotiation', summary: 'wants 5 % off' } })
    expect(authors(stage)).toEqual(['customer', 'assistant', 'handed-off'])
    expect(stage.asked).toMatchObject([{ name: 'deliver', input: { n: 2, epoch: 2 } }])
    expect(said(stage, 'owner-changed')).toMatchObject([{ epoch: 2, from: 'assistant', owner: { kind: 'queue' } }])
  })

  it('[M5] whose words do not pass says only the notice, for the reason the draft gave', () => {
    const stage = checked(drafting(), { deliver: false }, { handOff: { reason: 'legal', summary: 's' } })
    expect(authors(stage)).toEqual(['customer', 'handed-off'])
    expect(said(stage, 'handed-off')).toMatchObject([{ reason: 'legal', summary: 's' }])
  })

  it('asked for by the customer ends a turn in flight; asked for twice it happens once', () => {
    const stage = afterAll(drafting(), [{ type: 'person.requested' }, { type: 'person.requested' }])
    expect(authors(stage)).toEqual(['customer', 'handed-off'])
    expect(said(stage, 'turn-ended')).toMatchObject([{ outcome: 'handed-off' }])
  })

  it('leaves nothing answered by the assistant while the team is waited for', () => {
    const stage = after(after(drafting(), { type: 'person.requested' }), message('b', 'hello?'))
    expect(stage.snapshot.value).toEqual({ open: 'queued' })
    expect(numbers(stage)).toEqual([1, 2, 3])
    expect(stage.work.size).toBe(0)
  })
})

describe('a take-over', () => {
  it('[M1] [M3] from the assistant, the queue or by the phone is one step with one notice', () => {
    const waiting = after(drafting(), { type: 'person.requested' })
    const routes: readonly (readonly [Stage, StageEvent, readonly string[]])[] = [
      [drafting(), takeOver(priya), ['taken-over']],
      [waiting, takeOver(priya), ['taken-over']],
      [waiting, { type: 'queue.assigned', ...priya, ticket: 1 }, ['taken-over']],
      [drafting(), { type: 'member.assign', ...priya, by: ravi }, ['taken-over']],
      [drafting(), says(priya, 'phone'), ['taken-over', 'member']],
      [drafting(), says(priya, 'api'), ['taken-over', 'member']],
    ]
    for (const [before, command, added] of routes) {
      const stage = after(before, command)
      const { facts } = since(stage, before)
      expect(context(stage)['owner']).toEqual({ kind: 'member', ...priya })
      expect(context(stage)['epoch']).toBe(Number(context(before)['epoch']) + 1)
      expect(authors({ ...stage, facts })).toEqual(added)
      expect(stage.work.size).toBe(0)
      expect(context(stage)['turn']).toBeNull()
    }
  })

  it('[M3] by two members at once: the first wins, the second is told by whom', () => {
    const stage = afterAll(drafting(), [takeOver(priya), takeOver(ravi)])
    expect(said(stage, 'command-refused')).toMatchObject([
      { code: 'already-owned', owner: { kind: 'member', name: 'Priya' } },
    ])
    expect(context(stage)['owner']).toEqual({ kind: 'member', ...priya })
  })

  it('by the owner again changes nothing; by force it moves to the other and the queue hears of both', () => {
    const owned = after(drafting(), takeOver(priya))
    expect(since(after(owned, takeOver(priya)), owned).facts).toEqual([])
    const forced = after(owned, { ...takeOver(ravi), force: true })
    expect(context(forced)['owner']).toEqual({ kind: 'member', ...ravi })
    expect(since(forced, owned).sends.map((each) => each.event['type'])).toEqual(['queue.released', 'queue.taken'])
  })

  it('[M3] from whoever answered on the paired phone, by anybody and without force', () => {
    const owned = after(drafting(), { ...says(priya, 'phone'), ...pairedPhone })
    expect(context(owned)['owner']).toEqual({ kind: 'member', ...pairedPhone })
    expect(context(after(owned, takeOver(priya)))['owner']).toEqual({ kind: 'member', ...priya })
  })

  it('assigning to oneself is a take-over and refused like one; to another it is done', () => {
    const owned = after(drafting(), takeOver(priya))
    expect(refusals(after(owned, { type: 'member.assign', ...ravi, by: ravi }))).toEqual(['already-owned'])
    expect(context(after(owned, { type: 'member.assign', ...ravi, by: priya }))['owner']).toMatchObject(ravi)
  })

  it('by writing: not from the console, not by the API against a colleague, always by the phone', () => {
    expect(refusals(after(drafting(), says(priya, 'console')))).toEqual(['not-owner'])
    const owned = after(drafting(), takeOver(priya))
    expect(refusals(after(owned, says(ravi, 'api')))).toEqual(['not-owner'])
    const phone = after(owned, says(ravi, 'phone'))
    expect(context(phone)['owner']).toMatchObject(ravi)
    expect(since(phone, owned).asked).toEqual([])
  })
})

describe('a member who owns', () => {
  const owned = after(drafting(), takeOver(priya))

  it('[M10] writes, and the channel gets it once', () => {
    const stage = after(owned, says(priya, 'console'))
    expect(since(stage, owned).asked).toMatchObject([{ name: 'deliver', input: { n: 3, author: 'member' } }])
    expect(stage.snapshot.value).toEqual({ open: { member: 'attentive' } })
  })

  it('is shown as overdue after the time allowed since the customer wrote, once', () => {
    const stage = waited(after(after(owned, says(priya, 'console')), message('b', 'and?')), 11 * 60_000)
    expect(stage.snapshot.value).toEqual({ open: { member: 'overdue' } })
    expect(said(stage, 'member-overdue')).toEqual([{ type: 'member-overdue', memberId: 'm1' }])
  })

  it('[M6] hands back: what is unanswered gets exactly one turn', () => {
    const stage = after(owned, { type: 'member.hand-back', ...priya, note: 'she likes gardens' })
    expect(stage.snapshot.value).toEqual({ open: { assistant: 'routing' } })
    expect(running(stage, 'route').input).toMatchObject({ guidance: ['she likes gardens'], messages: [{ n: 1 }] })
    const done = checked(stage)
    expect(done.snapshot.value).toEqual({ open: { assistant: 'idle' } })
    expect(authors(done)).toEqual(['customer', 'taken-over', 'handed-back', 'assistant'])
  })

  it('[M6] hands back after answering: the assistant stays silent until the customer writes, then answers once', () => {
    const back = afterAll(owned, [says(priya, 'console'), { type: 'member.hand-back', ...priya }])
    expect(back.snapshot.value).toEqual({ open: { assistant: 'idle' } })
    expect(back.work.size).toBe(0)
    const done = checked(after(back, message('b', 'thanks, and the emi?')))
    expect(authors(done).slice(-2)).toEqual(['customer', 'assistant'])
  })

  it('is the only one who hands back, hands on, snoozes or closes', () => {
    for (const type of ['member.hand-back', 'member.hand-to-team', 'member.snooze', 'member.close']) {
      const command = { type, ...ravi, team: 'sales', untilMs: owned.atMs + 1, reason: 'x' }
      expect(refusals(after(owned, command))).toEqual(['not-owner'])
    }
  })

  it('hands to a team: the colleague waits there, and the owner is free', () => {
    const stage = after(owned, { type: 'member.hand-to-team', ...priya, team: 'loans', note: 'needs a loan' })
    expect(since(stage, owned).sends).toMatchObject([
      { to: 'acme/queue/sales', event: { type: 'queue.released', memberId: 'm1' } },
      { to: 'acme/queue/loans', event: { type: 'queue.join', summary: 'needs a loan' } },
    ])
    expect(refusals(after(owned, { type: 'member.hand-to-team', ...priya, team: 'no such/team' }))).toEqual([
      'unknown-team',
    ])
  })
})

describe('open and closed', () => {
  it('closes with a reason and opens again with the customer, the notice first', () => {
    const closed = after(checked(drafting()), { type: 'member.close', ...priya, reason: 'sold' })
    expect(closed.snapshot.value).toBe('closed')
    const again = after(closed, message('b', 'one more thing'))
    expect(authors(again)).toEqual(['customer', 'assistant', 'closed', 'reopened', 'customer'])
    expect(again.snapshot.value).toEqual({ open: { assistant: 'routing' } })
  })

  it('refuses commands to a closed one, but a reply by phone opens it and takes it', () => {
    const closed = after(checked(drafting()), { type: 'member.close', ...priya, reason: 'sold' })
    for (const command of [takeOver(priya), says(priya, 'console'), { type: 'member.hand-back', ...priya }]) {
      expect(refusals(after(closed, command))).toEqual(['closed'])
    }
    expect(after(closed, says(priya, 'phone')).snapshot.value).toEqual({ open: { member: 'attentive' } })
    expect(after(closed, { type: 'member.reopen', ...priya }).snapshot.value).toEqual({ open: { assistant: 'idle' } })
  })

  it('frees the member and the place in the queue when it closes', () => {
    const owned = after(drafting(), takeOver(priya))
    const closed = after(owned, { type: 'member.close', ...priya, reason: 'spam' })
    expect(since(closed, owned).sends).toMatchObject([{ event: { type: 'queue.released', memberId: 'm1' } }])
    const waiting = after(drafting(), { type: 'person.requested' })
    expect(since(after(waiting, { type: 'member.close', ...priya, reason: 'spam' }), waiting).sends).toMatchObject([
      { event: { type: 'queue.leave' } },
    ])
  })

  it('closes by itself when nothing is owed and nobody has written for a day, not before', () => {
    const day = 24 * 60 * 60_000
    const done = checked(drafting())
    const busy = checked(after(waited(done, day - 1000), message('b', 'still here')))
    expect(waited(busy, 2000).snapshot.value).toEqual({ open: { assistant: 'idle' } })
    expect(said(waited(busy, day), 'closed')).toMatchObject([{ reason: 'idle', by: 'system' }])
    const waiting = after(drafting(), { type: 'person.requested' })
    expect(waited(waiting, 3 * day).snapshot.value).toEqual({ open: 'queued' })
  })

  it('snoozes until its time or until the customer writes', () => {
    const done = checked(drafting())
    const asleep = after(done, { type: 'member.snooze', ...priya, untilMs: done.atMs + 60_000 })
    expect(said(waited(asleep, 60_000), 'unsnoozed')).toHaveLength(1)
    const woken = after(asleep, message('b', 'hello'))
    expect(said(waited(checked(woken), 60_000), 'unsnoozed')).toHaveLength(1)
    expect(refusals(after(done, { type: 'member.snooze', ...priya, untilMs: done.atMs }))).toEqual(['time-passed'])
  })
})

describe('small print', () => {
  it('[M7] takes the same clientId once, from any tab and any member, and remembers its number', () => {
    const stage = drafting()
    expect(since(after(stage, message('a', '3 bhk in whitefield')), stage)).toEqual({ facts: [], sends: [], asked: [] })
    expect(context(stage)['clientIds']).toEqual([{ id: 'a', n: 1 }])
  })

  it('refuses text that is too long or empty, with a reason', () => {
    const stage = afterAll(fresh(), [message('a', 'x'.repeat(4001)), message('b', ' \n')])
    expect(refusals(stage)).toEqual(['text-too-long', 'text-empty'])
    expect(numbers(stage)).toEqual([])
  })

  it('[M8] keeps receipts as watermarks that only rise and never pass the last message', () => {
    const stage = afterAll(checked(drafting()), [
      { type: 'receipt.read', upTo: 2 },
      { type: 'receipt.delivered', upTo: 1 },
      { type: 'receipt.read', upTo: 99 },
    ])
    expect(said(stage, 'receipts-changed')).toEqual([{ type: 'receipts-changed', deliveredTo: 2, readTo: 2 }])
  })

  it('keeps a failed delivery until it is sent after all', () => {
    const broken = after(checked(drafting()), { type: 'delivery.failed', n: 2, reason: 'window closed' })
    expect(context(broken)['failures']).toEqual([{ n: 2, reason: 'window closed' }])
    expect(context(after(broken, { type: 'delivery.sent', n: 2 }))['failures']).toEqual([])
  })

  it('names the lead once and tells it what was learned', () => {
    const stage = checked(drafting(), {}, { learned: { city: 'Bengaluru' }, engagement: 'meeting-request' })
    expect(stage.sends.map((each) => [each.to, each.event['type']])).toEqual([
      ['acme/lead/c1', 'lead.captured'],
      ['acme/lead/c1', 'engagement.recorded'],
      ['acme/lead/c1', 'profile.learned'],
    ])
  })

  it('[M9] stays under 10 KB however much is written', () => {
    let stage = after(drafting(), { type: 'person.requested' })
    for (let index = 0; index < 200; index++) stage = after(stage, message(`x${index}`, 'long words '.repeat(300)))
    expect(JSON.stringify(context(stage)).length).toBeLessThan(10_000)
  })
})

function says(member: typeof priya | typeof ravi, via: string): StageEvent {
  return { type: 'member.message', ...member, clientId: `${member.memberId}-${via}`, text: 'Hello, I am here', via }
}
