import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Claim, Journal } from '../../ports/journal.ts'
import type { JournalBench } from './journal-contract.ts'
import { actorAt, eventTo, groupOf, lead, partitionFor, startMs, stepOver } from './journal-material.ts'

type Move =
  | { readonly do: 'append'; readonly actor: number; readonly id: number }
  | { readonly do: 'claim'; readonly partition: number; readonly node: number }
  | { readonly do: 'work'; readonly partition: number; readonly node: number; readonly limit: number }
  | { readonly do: 'fire'; readonly afterMs: number }
  | { readonly do: 'reopen' }

const partitions = 3
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant('append'), actor: fc.nat(5), id: fc.nat(8) } as const),
  fc.record({ do: fc.constant('claim'), partition: fc.nat(partitions - 1), node: fc.nat(1) } as const),
  fc.record({
    do: fc.constant('work'),
    partition: fc.nat(partitions - 1),
    node: fc.nat(1),
    limit: fc.integer({ min: 1, max: 4 }),
  } as const),
  fc.record({ do: fc.constant('fire'), afterMs: fc.nat(20) } as const),
  fc.record({ do: fc.constant('reopen') } as const),
)

/** Two nodes that claim, work and are refused in any order, against a model of what must come of it. */
export function describeJournalModel(bench: JournalBench): void {
  it('[J4] whatever order two nodes work in, each event is handled once, in order, and facts have no gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 60 }), async (moves) => {
        const world = new World(bench, await bench.open(partitions))
        try {
          for (const each of moves) await world.move(each)
          await world.finish()
          await world.check()
        } finally {
          await world.close()
        }
      }),
      { numRuns: bench.modelRuns ?? 60, seed: 20260105 },
    )
  })
}

/** Owns a journal and what two nodes believe of it. */
class World {
  readonly #bench: JournalBench
  #journal: Journal
  readonly #claims = new Map<string, Claim>()
  readonly #accepted: string[] = []
  #nowMs = startMs

  constructor(bench: JournalBench, journal: Journal) {
    this.#bench = bench
    this.#journal = journal
  }

  async move(move: Move): Promise<void> {
    switch (move.do) {
      case 'append': {
        const [appended] = await this.#journal.append([eventTo(lead(move.actor), `e${move.id}`, this.#nowMs)])
        if (appended?.duplicate === false) this.#accepted.push(`${lead(move.actor)} e${move.id}`)
        return
      }
      case 'claim': {
        const claim = await this.#journal.claim(move.partition, `node-${move.node}`)
        this.#claims.set(`${move.partition} ${move.node}`, claim)
        return
      }
      case 'work':
        return this.#work(`${move.partition} ${move.node}`, move.limit)
      case 'fire':
        this.#nowMs += move.afterMs
        await this.#journal.fireTimers(this.#nowMs, 10)
        return
      case 'reopen':
        if (this.#bench.reopen !== undefined) this.#journal = await this.#bench.reopen(this.#journal)
    }
  }

  async finish(): Promise<void> {
    await this.#journal.fireTimers(this.#nowMs + 1000, 1000)
    for (let partition = 0; partition < partitions; partition++) {
      await this.move({ do: 'claim', partition, node: 0 })
      for (let before = -1; before !== this.#claims.get(`${partition} 0`)?.position;) {
        before = this.#claims.get(`${partition} 0`)?.position ?? 0
        await this.#work(`${partition} 0`, 100)
      }
    }
  }

  async check(): Promise<void> {
    const handled: string[] = []
    for (let actor = 0; actor <= 5; actor++) {
      const history = await this.#journal.history(lead(actor), 0, 1000)
      expect(history.map((entry) => entry.revision)).toEqual(history.map((_, index) => index + 1))
      const positions = history.map((entry) => entry.position)
      expect(positions).toEqual([...positions].sort((a, b) => a - b))
      const facts = await this.#journal.facts(0, 1000, lead(actor))
      expect(facts.map((fact) => fact.causedBy)).toEqual(history.map((entry) => entry.envelope.id))
      const own = history.filter((entry) => entry.envelope.timer === undefined)
      handled.push(...own.map((entry) => `${lead(actor)} ${entry.envelope.id}`))
    }
    expect(handled.sort()).toEqual([...this.#accepted].sort())
    const facts = await this.#journal.facts(0, 10_000)
    const positions = facts.map((fact) => fact.position)
    if (this.#bench.facts !== 'rising') expect(positions).toEqual(facts.map((_, index) => index + 1))
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
  }

  async close(): Promise<void> {
    await this.#journal.close()
  }

  /** One round of a host: read after the claim, step each entry, commit; a refused node forgets its claim. */
  async #work(key: string, limit: number): Promise<void> {
    const claim = this.#claims.get(key)
    if (claim === undefined) return
    const entries = await this.#journal.read(claim.partition, claim.position, limit)
    const revisions = new Map<string, number>()
    const steps = []
    for (const entry of entries) {
      const to = entry.envelope.to
      expect(partitionFor(this.#journal, to)).toBe(claim.partition)
      const found = revisions.get(to) ?? (await this.#journal.load(to))?.revision ?? 0
      revisions.set(to, found + 1)
      const timer = { id: 'next', epoch: found + 1, dueAtMs: this.#nowMs + 10, event: { type: 'again' } }
      steps.push(
        stepOver(entry, {
          actor: actorAt(to, found + 1),
          facts: [{ type: 'noted', data: { found } }],
          timersArmed: entry.envelope.timer === undefined && found < 3 ? [timer] : [],
        }),
      )
    }
    const outcome = await this.#journal.commit(groupOf(claim, steps))
    if (outcome.status === 'committed') this.#claims.set(key, outcome.claim)
    else this.#claims.delete(key)
  }
}
