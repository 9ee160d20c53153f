import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { createSeededIds } from '../../testing/seeded-ids.ts'
import { lead, startMs } from '../../testing/contracts/journal-material.ts'
import { openSqliteJournal, type SqliteJournal } from './journal.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
const writer = fileURLToPath(new URL('../../testing/journal-writer.ts', import.meta.url))
const rounds = 20

it('[J9] [J14] kill -9 at any moment loses nothing acknowledged, doubles nothing, and leaves the folder free', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-kill-'))
  const file = join(folder, 'journal.sqlite')
  const chance = createSeededIds(11)
  const accepted = new Set<string>()
  const committed = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    await runAndKill(file, Math.floor(5 + chance.random() * 120), (what, ids) => {
      for (const id of ids) (what === 'accepted' ? accepted : committed).add(id)
    })
    const journal = openSqliteJournal({ file, partitions: 1, log })
    await checkAll(journal, accepted, committed)
    await journal.close()
  }
  expect(committed.size).toBeGreaterThan(rounds * 5)
  rmSync(folder, { recursive: true })
})

/** Kills the writer once it has printed so many lines. */
async function runAndKill(
  file: string,
  linesMax: number,
  tell: (what: string, ids: readonly string[]) => void,
): Promise<void> {
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [what = '', ...ids] = line.split(' ')
    if (what !== 'ready') tell(what, ids)
    if (++lines === linesMax) child.kill('SIGKILL')
  }
  const [, signal] = await ended
  expect(signal).toBe('SIGKILL')
}

async function checkAll(
  journal: SqliteJournal,
  accepted: ReadonlySet<string>,
  committed: ReadonlySet<string>,
): Promise<void> {
  const inbox = (await journal.read(0, 0, 1_000_000)).map((entry) => entry.envelope)
  const ids = inbox.map((envelope) => `${envelope.to} ${envelope.id}`)
  expect(new Set(ids).size).toBe(ids.length)
  const present = new Set(inbox.map((envelope) => envelope.id))
  expect([...accepted].filter((id) => !present.has(id))).toEqual([])

  const { position } = await journal.claim(0, 'checker')
  const stepped = new Set<string>()
  for (const actor of [0, 1, 2].map(lead)) {
    const history = await journal.history(actor, 0, 1_000_000)
    expect(history.map((entry) => entry.revision)).toEqual(history.map((_, index) => index + 1))
    expect(history.every((entry) => entry.position <= position)).toBe(true)
    expect((await journal.load(actor))?.revision ?? 0).toBe(history.length)
    for (const { envelope, sends } of history) {
      stepped.add(envelope.id)
      expect(sends.filter((send) => !present.has(send.id))).toEqual([])
    }
  }
  expect([...committed].filter((id) => !stepped.has(id))).toEqual([])
  const facts = await journal.facts(0, 1_000_000)
  expect(facts.map((fact) => fact.position)).toEqual(facts.map((_, index) => index + 1))
  expect(await journal.fireTimers(startMs, 10)).toMatchObject({ fired: 0 })
}
