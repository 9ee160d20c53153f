import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressOf, type Address } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import type { ActorQuery, ActorSummary, Journal } from '../../ports/journal.ts'
import type { JournalBench } from './journal-contract.ts'
import {
  accept,
  acceptAndStep,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  startMs,
  stepOver,
} from './journal-material.ts'

const noted = { type: 'noted', data: {} }

/** Facts, history, lists, dead letters, and what is found after opening again. */
export function describeJournalReads(bench: JournalBench): void {
  describe('reads', () => {
    let journal: Journal
    beforeEach(async () => {
      journal = await bench.open(4)
    })
    afterEach(() => journal.close())

    it('[J7] facts have rising positions over all partitions, and are read in pages or for one actor', async () => {
      for (let index = 0; index < 12; index++) {
        const facts = Array.from({ length: index % 3 }, (_, n) => ({ type: 'noted', data: { index, n } }))
        await acceptAndStep(journal, eventTo(lead(index % 4), `e${index}`), { facts })
      }
      const all = await journal.facts(0, 100)
      expect(all).toHaveLength(12)
      expectNumbered(all, bench)
      expect(await journal.facts(all[3]?.position ?? 0, 3)).toEqual(all.slice(4, 7))
      expect(await journal.facts(all[11]?.position ?? 0, 3)).toEqual([])
      const own = all.filter((fact) => fact.address === lead(1))
      expect(own.length).toBeGreaterThan(2)
      expect(await journal.facts(0, 100, lead(1))).toEqual(own)
      expect(await journal.facts(own[0]?.position ?? 0, 1, lead(1))).toEqual(own.slice(1, 2))
    })

    it('[J17] the end of the feed lies beyond every fact so far and before every later one', async () => {
      expect(await journal.facts(await journal.factsEnd(), 10)).toEqual([])
      await acceptAndStep(journal, eventTo(lead(1), 'e1'), { facts: [noted, noted] })
      const end = await journal.factsEnd()
      expect(end).toBeGreaterThanOrEqual((await journal.facts(0, 10)).at(-1)?.position ?? Infinity)
      await acceptAndStep(journal, eventTo(lead(2), 'e1'), { facts: [noted] })
      expect(await journal.facts(end, 10)).toMatchObject([{ address: lead(2) }])
    })

    it('[J11] a page of history ends with a whole revision', async () => {
      const to = lead(1)
      await acceptAndStep(journal, eventTo(to, 'e1'))
      const entries = [await accept(journal, eventTo(to, 'e2')), await accept(journal, eventTo(to, 'e3'))]
      const claim = await journal.claim(partitionFor(journal, to), 'node-a')
      await journal.commit(
        groupOf(
          claim,
          entries.map((entry) => stepOver(entry, { outcome: 'fenced' })),
        ),
      )
      await acceptAndStep(journal, eventTo(to, 'e4'))
      const first = await journal.history(to, 0, 1)
      expect(first.map((entry) => entry.envelope.id)).toEqual(['e1', 'e2', 'e3'])
      const second = await journal.history(to, first.at(-1)?.revision ?? 0, 1)
      expect(second.map((entry) => entry.envelope.id)).toEqual(['e4'])
    })

    it('[J11] actors with unsettled effects are found by partition, in pages, until they settle', async () => {
      const actors = Array.from({ length: 9 }, (_, index) => lead(index))
      const effects = { ask: { id: 'ask', epoch: 1, name: 'reply', input: null, kind: 'action' as const } }
      for (const to of actors) await acceptAndStep(journal, eventTo(to, 'e1'), { actor: actorAt(to, 1, { effects }) })
      const found: Address[] = []
      for (let partition = 0; partition < journal.partitions; partition++) {
        for (let after: Address | undefined; ;) {
          const page = await journal.withEffects(partition, after, 2)
          if (page.length === 0) break
          expect(page.every((actor) => partitionFor(journal, actor.address) === partition)).toBe(true)
          found.push(...page.map((actor) => actor.address))
          after = page.at(-1)?.address
        }
      }
      expect([...found].sort()).toEqual([...actors].sort())
      for (const to of actors) await acceptAndStep(journal, eventTo(to, 'e2'))
      expect(await journal.withEffects(partitionFor(journal, lead(1)), undefined, 10)).toEqual([])
    })

    it('[J11] actors are listed newest change first, by workspace, kind and status', async () => {
      const others = [addressOf('acme', 'queue', 'sales'), addressOf('globex', 'lead', '1')]
      const all = [lead(1), lead(2), ...others]
      for (const [index, to] of all.entries()) {
        await acceptAndStep(journal, eventTo(to, 'e1'), {
          actor: actorAt(to, 1, { updatedAtMs: startMs + index, status: index === 0 ? 'done' : 'active' }),
        })
      }
      const names = async (query: ActorQuery) => (await journal.list(query)).map((actor) => actor.address)
      expect(await names({ workspace: 'acme', limit: 9 })).toEqual(['acme/queue/sales', lead(2), lead(1)])
      expect(await names({ workspace: 'acme', kind: 'lead', limit: 9 })).toEqual([lead(2), lead(1)])
      expect(await names({ workspace: 'acme', kind: 'lead', status: 'done', limit: 9 })).toEqual([lead(1)])
      expect(await names({ workspace: 'acm', limit: 9 })).toEqual([])
      expect(await journal.list({ workspace: 'globex', limit: 9 })).toEqual([
        { address: 'globex/lead/1', machine: 'lead@1', status: 'active', revision: 1, updatedAtMs: startMs + 3 },
      ])
    })

    it('[J11] pages of a list neither overlap nor skip actors that changed in the same millisecond, nor when others change meanwhile', async () => {
      for (let index = 0; index < 10; index++) {
        const actor = actorAt(lead(index), 1, { updatedAtMs: startMs + (index > 6 ? 1 : 0) })
        await acceptAndStep(journal, eventTo(lead(index), 'e1'), { actor })
      }
      const listed: ActorSummary[] = []
      for (let query: ActorQuery = { workspace: 'acme', kind: 'lead', limit: 3 }; ;) {
        const page = await journal.list(query)
        const last = page.at(-1)
        if (last === undefined) break
        listed.push(...page)
        query = { ...query, beforeMs: last.updatedAtMs, afterAddress: last.address }
        const seen = listed[0]?.address ?? lead(0)
        const again = (await journal.load(seen))?.revision ?? 0
        await acceptAndStep(journal, eventTo(seen, `again${again}`), {
          actor: actorAt(seen, again + 1, { updatedAtMs: startMs + 1000 + again }),
        })
      }
      expect(listed.map((actor) => actor.address).sort()).toEqual(Array.from({ length: 10 }, (_, n) => lead(n)).sort())
    })

    it('[J12] a step that failed, was parked or undeliverable keeps its event as a dead letter until settled, and after', async () => {
      const to = lead(1)
      await acceptAndStep(journal, eventTo(to, 'e1'), {
        outcome: 'failed',
        reason: 'guard threw',
        actor: actorAt(to, 1, { status: 'failed' }),
      })
      const entry = await accept(journal, eventTo(to, 'e2'))
      const claim = await journal.claim(partitionFor(journal, to), 'node-a')
      await journal.commit(groupOf(claim, [stepOver(entry, { outcome: 'parked', reason: 'had failed' })]))
      const letters = await journal.deadLetters({ workspace: 'acme', limit: 10 })
      expect(letters.map((letter) => [letter.envelope.id, letter.reason])).toEqual([
        ['e2', 'had failed'],
        ['e1', 'guard threw'],
      ])
      const [newest, oldest] = letters
      expect(await journal.deadLetters({ workspace: 'acme', before: newest?.id ?? 0, limit: 10 })).toEqual([oldest])
      expect(await journal.deadLetters({ workspace: 'globex', limit: 10 })).toEqual([])
      const settled = { by: 'acme/member/asha', atMs: startMs + 5, how: 'replayed' } as const
      await journal.settleDeadLetter(oldest?.id ?? 0, settled)
      expect(await journal.deadLetter(oldest?.id ?? 0)).toEqual({ ...oldest, settled })
      expect(await journal.deadLetter(999)).toBeUndefined()
    })

    const { reopen } = bench
    if (reopen !== undefined) {
      it('[J13] whoever opens it again finds everything, and a claim made before is stale', async () => {
        const to = lead(1)
        const timer = { id: 'idle', epoch: 1, dueAtMs: startMs + 100, event: { type: 'idle.over' } }
        const held = await acceptAndStep(journal, eventTo(to, 'e1'), {
          timersArmed: [timer],
          facts: [{ type: 'noted', data: {} }],
        })
        const pending = await accept(journal, eventTo(to, 'e2'))
        const before = [await journal.load(to), await journal.facts(0, 10), await journal.history(to, 0, 10)]
        journal = await reopen(journal)
        expect([await journal.load(to), await journal.facts(0, 10), await journal.history(to, 0, 10)]).toEqual(before)
        const claim = await journal.claim(partitionFor(journal, to), 'node-a')
        expect(claim.epoch).toBeGreaterThan(held.epoch)
        expect(await journal.commit(groupOf(held, []))).toEqual({ status: 'stale' })
        const unhandled = await journal.read(claim.partition, claim.position, 10)
        expect(unhandled.filter((entry) => entry.envelope.timer === undefined)).toEqual([pending])
        expect((await journal.append([eventTo(to, 'e1')]))[0]?.duplicate).toBe(true)
        if (bench.timers !== 'server') expect(await journal.fireTimers(startMs + 100, 10)).toEqual({ fired: 1 })
        const inbox = async () => await journal.read(claim.partition, claim.position, 10)
        await expect
          .poll(async () => (await inbox()).filter((entry) => entry.envelope.timer?.id === 'idle'), { timeout: 5000 })
          .toHaveLength(1)
        const step = stepOver(pending, { actor: actorAt(to, 2), facts: [{ type: 'noted', data: {} }] })
        const outcome = await journal.commit(groupOf(claim, [step]))
        const [first] = await journal.facts(0, 1)
        const said = outcome.status === 'committed' ? outcome.facts : []
        expectNumbered([...(first === undefined ? [] : [first]), ...said], bench)
      })
    }
  })
}

/** J7: rising, and where the adapter says so 1…n. */
function expectNumbered(facts: readonly Fact[], bench: JournalBench): void {
  const positions = facts.map((fact) => fact.position)
  if (bench.facts !== 'rising') expect(positions).toEqual(facts.map((_, index) => index + 1))
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
}
