import { describe, expect, it } from 'vitest'
import { lead, startMs, eventTo } from '../../testing/contracts/journal-material.ts'
import { silentLog as log } from '../../testing/small-host.ts'
import { openSqliteDocuments } from '../sqlite/documents.ts'
import { Archive } from './archive.ts'
import { JournalLayout } from './journal-layout.ts'
import type { SequencedStep } from './journal-messages.ts'
import type { Found } from './stream-reads.ts'

const layout = new JournalLayout('OLD', 4)
const to = lead(1)

/** Steps with gaps between them, as in a stream that has other messages too. */
function stepAt(index: number): SequencedStep {
  const entry = { revision: index, position: index, envelope: eventTo(to, `e${index}`), outcome: 'applied', facts: [] }
  return { sequence: index * 3, address: to, entry } as unknown as SequencedStep
}

function foundOf(step: SequencedStep): Found {
  const { sequence, ...stored } = step
  return {
    sequence,
    subject: layout.step(to, 'quiet'),
    atMs: startMs,
    scheduled: false,
    text: () => JSON.stringify(stored),
  }
}

/** An archive over a stream of so many steps; what is read of the stream is counted. */
function open(count: number) {
  const stream = Array.from({ length: count }, (_, index) => stepAt(index + 1))
  const documents = openSqliteDocuments({ file: ':memory:', log })
  const read = { steps: 0 }
  const after = async (sequence: number, _: string, limit: number): Promise<readonly Found[]> => {
    const page = stream.filter((step) => step.sequence > sequence).slice(0, limit)
    read.steps += page.length
    return page.map(foundOf)
  }
  const archive = new Archive({
    documents,
    reads: { after },
    layout,
    log,
    pause: () => new Promise((resolve) => void setImmediate(resolve)),
  })
  const copied = async (): Promise<number> => documents.count('_journal-steps', []).catch(() => 0)
  return { archive, stream, read, copied, documents }
}

describe('an archive that is told of steps', () => {
  it('[J19] reads what came before it was told of any, and after that copies what it is told', async () => {
    const { archive, stream, read, copied } = open(20)
    archive.start()
    await expect.poll(copied).toBe(20)
    const before = read.steps
    for (let index = 21; index <= 60; index++) {
      stream.push(stepAt(index))
      archive.tell(stepAt(index))
    }
    await expect.poll(copied).toBe(60)
    // The first it is told of: nobody knows whether one came right before it.
    expect(read.steps - before).toBeLessThanOrEqual(40)
    const later = read.steps
    stream.push(stepAt(61))
    archive.tell(stepAt(61))
    await expect.poll(copied).toBe(61)
    expect(read.steps).toBe(later)
    await archive.close()
  })

  it('[J19] copies every step once when it is told of more than it keeps while it can not write', async () => {
    const { archive, stream, copied, documents } = open(5)
    const write = documents.write.bind(documents)
    const held = Promise.withResolvers<void>()
    documents.write = async (...what) => {
      await held.promise
      return write(...what)
    }
    archive.start()
    for (let index = 6; index <= 9_005; index++) {
      stream.push(stepAt(index))
      archive.tell(stepAt(index))
    }
    held.resolve()
    await expect.poll(copied, { timeout: 20_000 }).toBe(9_005)
    await archive.close()
  })
})
