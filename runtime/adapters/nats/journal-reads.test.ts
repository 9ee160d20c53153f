import { describe, expect, it } from 'vitest'
import type { Documents } from '../../ports/documents.ts'
import { actorAt, lead } from '../../testing/contracts/journal-material.ts'
import { openSqliteDocuments } from '../sqlite/documents.ts'
import { ActorHeads } from './actor-heads.ts'
import { Archive } from './archive.ts'
import { JournalLayout } from './journal-layout.ts'
import { JournalReads } from './journal-reads.ts'
import type { Found } from './stream-reads.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const to = lead(1)
const layout = new JournalLayout('LAG', 4)

function stateAt(revision: number): Found {
  const text = (): string => JSON.stringify(actorAt(to, revision))
  return { sequence: revision * 10, subject: layout.actor(to), atMs: 0, scheduled: false, text }
}

/** A stream whose follower shows one state while its leader has another. */
function lagging(shown: { readonly follower: Found | undefined; readonly leader: Found }, replicated: boolean) {
  const documents: Documents = openSqliteDocuments({ file: ':memory:', log })
  const asked = { count: 0 }
  const reads = {
    last: async () => {
      asked.count += 1
      return shown.follower
    },
    lastOnLeader: async () => shown.leader,
    lasts: async () => new Map<string, Found>(),
    at: async () => undefined,
    after: async () => [],
    subjects: async () => [],
  }
  const heads = new ActorHeads(reads, layout)
  const archive = new Archive({ documents, reads, layout, log, pause: async () => {} })
  return { asked, heads, journal: new JournalReads({ reads, layout, heads, archive, replicated }) }
}

describe('an actor loaded where followers lag', () => {
  it('[J5] comes from the leader, so that nothing is left aside for what an old state did not know yet', async () => {
    const { journal } = lagging({ follower: stateAt(1), leader: stateAt(2) }, true)
    expect((await journal.load(to))?.revision).toBe(2)
    const unborn = lagging({ follower: undefined, leader: stateAt(1) }, true)
    expect((await unborn.journal.load(to))?.revision).toBe(1)
  })

  it('[J5] is never older than what this process has seen of it', async () => {
    const { heads, journal } = lagging({ follower: stateAt(1), leader: stateAt(2) }, false)
    expect((await journal.load(to))?.revision).toBe(1)
    heads.set(to, { revision: 2, sequence: 20, busy: false })
    expect((await journal.load(to))?.revision).toBe(2)
    expect((await heads.of([to])).get(to)?.sequence).toBe(20)
  })

  it('[J5] asked for ahead is there when it is wanted, and neither older than what was seen since nor taken from a follower', async () => {
    const shown = { follower: stateAt(1), leader: stateAt(2) }
    const { asked, heads, journal } = lagging(shown, false)
    journal.askAhead(to)
    journal.askAhead(to)
    expect([(await journal.load(to))?.revision, asked.count]).toEqual([1, 1])
    expect([(await journal.load(to))?.revision, asked.count]).toEqual([1, 2])
    // Another node stepped it meanwhile, and whoever waited for that reads what it has become.
    heads.forget([to])
    journal.askAhead(to)
    journal.stepped(to)
    expect([(await journal.load(to))?.revision, asked.count]).toEqual([1, 4])
    heads.forget([to])
    journal.askAhead(to)
    heads.set(to, { revision: 2, sequence: 20, busy: false })
    expect((await journal.load(to))?.revision).toBe(2)
    const replicated = lagging(shown, true)
    replicated.journal.askAhead(to)
    expect([(await replicated.journal.load(to))?.revision, replicated.asked.count]).toEqual([2, 0])
  })
})
