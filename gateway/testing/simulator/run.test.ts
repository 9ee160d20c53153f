import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import { outreachDefaults } from '#machines/outreach-contract.ts'
import { inboundOnce, noneAfterTakeOver, noneUndecided, sentOnce, unresolved } from './checkers.ts'
import type { Sabotage, WhatsAppOptions } from './company.ts'
import { fieldsOf } from './fields.ts'
import { judgeGate } from './gate-checker.ts'
import type { CommittedStep } from './ledger.ts'
import { simulateWhatsApp } from './run.ts'

/** Thousands are run by `npm run sim:whatsapp`; these hold every change. */
const seeds = [1, 2]

/** It does not look at the epoch: what a member writes is sent whoever owns. */
const blind: Sabotage = {
  transmit: (effect) => ({
    policy: effect.policy,
    run: (request, context) =>
      effect.run({ ...request, input: { ...fieldsOf(request.input), sender: 'member' } }, context),
  }),
}

describe('the simulator of WhatsApp', () => {
  it('keeps every promise under faults, seed after seed; they really strike, and one seed is one run to the last fact', async () => {
    const results = []
    for (const seed of seeds) results.push(await simulateWhatsApp(seed))
    const broken = results.flatMap(({ seed, violations }) =>
      violations.map(({ rule, address, detail }) => `seed ${seed}: ${rule} — ${address}: ${detail}`),
    )
    expect(broken).toEqual([])
    for (const { counts } of results) {
      expect(counts['crashes']).toBeGreaterThan(20)
      expect(counts['refused']).toBeGreaterThan(10)
      expect(counts['old']).toBeGreaterThan(3)
      expect(counts['echoes']).toBeGreaterThan(2)
      expect(counts['shown']).toBeGreaterThan(15)
    }
    const again = await simulateWhatsApp(1)
    expect([again.digest, again.counts]).toEqual([results[0]?.digest, results[0]?.counts])
  }, 120_000)
})

describe('the simulator of WhatsApp on two nodes', () => {
  it('keeps every promise while nodes dispute who owns what and former owners wake up on the way to a call', async () => {
    const results = []
    for (const seed of seeds) results.push(await simulateWhatsApp(seed, { nodes: 2 }))
    expect(results.flatMap(({ seed, violations }) => violations.map((each) => ({ seed, ...each })))).toEqual([])
    for (const { counts } of results) {
      expect(counts['struck']).toBeGreaterThan(5)
      expect(counts['zombieCalls']).toBeGreaterThan(3)
      expect(counts['zombieRefusals']).toBeGreaterThan(10)
      expect(counts['cuts']).toBeGreaterThan(3)
      expect(counts['leaves']).toBeGreaterThan(3)
      expect(counts['shown']).toBeGreaterThan(10)
    }
    const again = await simulateWhatsApp(1, { nodes: 2 })
    expect([again.digest, again.counts]).toEqual([results[0]?.digest, results[0]?.counts])
  }, 120_000)
})

describe('a product on two nodes that breaks a promise is found out', () => {
  it('one whose new owner makes a call that the former one had begun', async () => {
    let made = 0
    const forgetful: Sabotage = {
      // Whoever runs it believes to be the first.
      transmit: (effect) => ({
        policy: effect.policy,
        run: (request, context) => effect.run({ ...request, key: `${request.key}-${++made}` }, context),
      }),
    }
    const { violations } = await simulateWhatsApp(3, { ...forgetful, nodes: 2 })
    expect(violations.map(({ rule }) => rule)).toContain('no message sent twice')
  }, 60_000)

  it('one that does not look at the epoch before the call', async () => {
    const { violations } = await simulateWhatsApp(3, { ...blind, nodes: 2 })
    expect(violations.map(({ rule }) => rule)).toContain('no assistant message after a take-over')
  }, 60_000)
})

describe('a product that breaks a promise is found out', () => {
  const broken = async (options: WhatsAppOptions): Promise<readonly string[]> =>
    (await simulateWhatsApp(5, options)).violations.map(({ rule }) => rule)

  it('one that sends again what it does not know the end of', async () => {
    const again: Sabotage = {
      sender: (sender) => ({
        async prepare(transmission) {
          const call = await sender.prepare(transmission)
          if (typeof call !== 'function') return call
          return async (signal) => {
            const sent = await call(signal)
            return sent.outcome === 'ambiguous' ? call(signal) : sent
          }
        },
      }),
    }
    expect(await broken(again)).toContain('no message sent twice')
  }, 60_000)

  it('one that does not look at the epoch before the call', async () => {
    expect(await broken(blind)).toContain('no assistant message after a take-over')
  }, 60_000)

  it('one that acknowledges a webhook before it is durable', async () => {
    const hasty: Sabotage = {
      takeIn: async (runtime, events) => {
        for (const event of events) void runtime.send(event).catch(() => undefined)
      },
    }
    // On two nodes, whose journal is at the end of a wire, so that there is something to lose.
    expect(await broken({ ...hasty, nodes: 2 })).toContain('no event lost')
  }, 60_000)

  it('one that does not hear what became of its messages', async () => {
    const deaf: Sabotage = { body: (body) => body.replaceAll('biz_opaque_callback_data', 'no_such_field') }
    expect(await broken(deaf)).toContain('every send is resolved')
  }, 60_000)
})

describe('the checkers see what is broken', () => {
  const dispatch = addressOf('sim', 'dispatch', 'd')
  const conversation = addressOf('sim', 'conversation', 'c')
  const lead = addressOf('sim', 'lead', 'c')
  const noonMs = Date.UTC(2026, 0, 5, 6, 30)
  const call = { atMs: noonMs, dispatch, byZombie: false }
  const person = { phone: '919845012340', userId: 'IN.1', named: 'by-phone' } as const
  let made = 0
  const step = (event: JsonObject & { readonly type: string }, atMs: number, facts: CommittedStep['facts'] = []) => ({
    address: lead,
    atMs,
    envelope: { id: `e${++made}`, to: lead, event, atMs },
    facts,
  })
  const heard = (atMs: number): CommittedStep => step({ type: 'customer.heard', conversation, sentAtMs: atMs }, atMs)
  const wished = (wish: string, atMs: number): CommittedStep =>
    step({ type: 'contact.wished', wish, saidAtMs: atMs }, atMs)
  const sends = (atMs: number, { id = dispatch, purpose = 'service', template = false } = {}): CommittedStep => {
    const data = { dispatch: id, conversation, purpose, decision: { outcome: 'send' } }
    return step({ type: 'outreach.asked', request: { template } }, atMs, [{ type: 'outreach-decided', data }])
  }
  const against = (...steps: readonly CommittedStep[]): readonly string[] =>
    judgeGate(lead, steps).map(({ detail }) => detail.replace(/^sim\/dispatch\/\S+ /, ''))

  it('a dispatch that Meta took twice', () => {
    const taken = { ...call, providerId: 'wamid.1' }
    expect(sentOnce([taken, call])).toEqual([])
    expect(sentOnce([taken, taken])).toHaveLength(1)
  })

  it('words of the assistant after a take-over, and not those that were on their way', () => {
    const asked = step({ type: 'dispatch.asked', sender: 'assistant', epoch: 1, conversation }, 0)
    const taken = (atMs: number) =>
      step({ type: 'member.message' }, atMs, [{ type: 'owner-changed', data: { epoch: 2 } }])
    const ledger = (atMs: number) => ({ of: (address: string) => (address === dispatch ? [asked] : [taken(atMs)]) })
    expect(noneAfterTakeOver([call], ledger(noonMs - 300))).toEqual([])
    expect(noneAfterTakeOver([call], ledger(noonMs - 900))).toHaveLength(1)
  })

  it('a call without a yes of its own, or with one that is old', () => {
    const decided = (outcome: string, atMs: number) =>
      step({ type: 'x' }, atMs, [{ type: 'dispatch-decided', data: { outcome } }])
    const judged = (...steps: readonly CommittedStep[]) => noneUndecided([call], { of: () => steps }).length
    expect(judged(decided('send', noonMs - 500))).toBe(0)
    expect(judged()).toBe(1)
    expect(judged(decided('send', noonMs - 500), decided('hold', noonMs - 400))).toBe(1)
    expect(judged(decided('send', noonMs - 600_000))).toBe(1)
    expect(noneUndecided([call, call], { of: () => [decided('send', noonMs - 500)] })).toHaveLength(1)
  })

  it('a gate that lets through what came after a stop, outside the window, at night, without consent or over a cap', () => {
    const hourMs = 60 * 60_000
    expect(against(heard(noonMs), sends(noonMs + 1))).toEqual([])
    expect(against(heard(noonMs), wished('stop', noonMs + 1), sends(noonMs + 2))).toEqual(['after a stop'])
    expect(against(heard(noonMs), wished('stop', noonMs + 1), heard(noonMs + 2), sends(noonMs + 3))).toEqual([])
    expect(against(heard(noonMs), sends(noonMs + 24 * hourMs))).toEqual(['outside the window'])
    const marketing = { purpose: 'marketing', template: true }
    expect(against(sends(noonMs, marketing))).toEqual(['without consent'])
    const agreed = step({ type: 'consent.said', consent: { atMs: noonMs } }, noonMs)
    expect(against(agreed, sends(noonMs + 10 * hourMs, marketing))).toEqual(['at night'])
    expect(
      against(
        agreed,
        sends(noonMs + 1, marketing),
        sends(noonMs + 2, { ...marketing, id: addressOf('sim', 'dispatch', 'e') }),
      ),
    ).toEqual(['over the cap'])
    const burst = Array.from({ length: outreachDefaults.pairBurst + 2 }, (_, index) =>
      sends(noonMs + 1, { id: addressOf('sim', 'dispatch', `b${index}`) }),
    )
    expect(against(heard(noonMs), ...burst)).toHaveLength(1)
  })

  it('a message of a customer that is missing, or there twice', () => {
    const written = [{ id: 'wamid.1', person, atMs: 0 }]
    const said = { n: 1, author: { kind: 'customer' }, text: '', atMs: 0, epoch: 0, clientId: 'wamid.1' } as const
    const rules = (...messages: readonly (typeof said)[]) =>
      inboundOnce(new Map([[conversation, messages]]), { written, echoes: [] }).map(({ rule }) => rule)
    expect([rules(), rules(said), rules(said, said)]).toEqual([['no event lost'], [], ['each inbound once']])
  })

  it('a message whose end is told wrongly', () => {
    const shown = { ...call, providerId: 'wamid.1', shown: true }
    expect(unresolved([shown], [{ status: 'superseded' }], 'send')).toMatch(/shown/)
    expect(unresolved([], [{ status: 'waiting' }], 'hold')).toMatch(/never taken/)
    expect(unresolved([shown], [{ status: 'read' }], 'send')).toBeUndefined()
  })
})
