import { describe, expect, it } from 'vitest'
import { createPatientDocuments } from './patient-documents.ts'
import type { Document, Documents } from './ports/documents.ts'
import { StorageError } from './ports/storage-error.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { noDocuments, silentLog } from './testing/small-host.ts'

/** Documents whose store the test takes away; `asked` counts what reaches it. */
function scene() {
  const clock = createManualClock(0)
  const world = { state: 'there', asked: 0 } as { state: 'there' | 'away' | 'hanging' | 'empty'; asked: number }
  const found: Document = { key: 'k', revision: 1, value: {} }
  const documents: Documents = {
    ...noDocuments,
    get: async () => {
      world.asked += 1
      if (world.state === 'hanging') return new Promise<never>(() => undefined)
      if (world.state === 'away') throw new StorageError('store-unavailable', 'away')
      if (world.state === 'empty') throw new TypeError('collection is not defined')
      return found
    },
  }
  const patient = createPatientDocuments({ documents, clock, log: silentLog })
  const told: boolean[] = []
  patient.watch((reachable) => told.push(reachable))
  return { clock, world, patient, told, found }
}

const outcome = (asked: Promise<unknown>) =>
  asked.catch((error: unknown) => (error instanceof StorageError ? error.code : String(error)))

describe('patient documents', () => {
  it('refuse at once while the store is away, ask one question at a time, and go on when it is back', async () => {
    const { clock, world, patient, told, found } = scene()
    expect(await patient.get('c', 'k')).toEqual(found)
    world.state = 'away'
    expect(await outcome(patient.get('c', 'k'))).toBe('store-unavailable')
    const asked = world.asked
    expect(await Promise.all([1, 2, 3].map(() => outcome(patient.get('c', 'k'))))).toEqual(
      Array(3).fill('store-unavailable'),
    )
    expect(world.asked).toBe(asked)
    expect([patient.reachable(), told]).toEqual([false, [false]])
    await clock.advance(1000)
    expect(world.asked).toBe(asked + 2)
    world.state = 'there'
    await clock.advance(500)
    expect([patient.reachable(), told]).toEqual([true, [false, true]])
    expect(await patient.get('c', 'k')).toEqual(found)
    await patient.close()
  })

  it('wait for a store that does not answer only so long, and then ask whether it is there at all', async () => {
    const { clock, world, patient, told } = scene()
    world.state = 'hanging'
    const first = outcome(patient.get('c', 'k'))
    await clock.advance(5000)
    expect(await first).toBe('store-unavailable')
    expect(patient.reachable()).toBe(true)
    await clock.advance(1500)
    expect([patient.reachable(), told]).toEqual([false, [false]])
    expect(await outcome(patient.get('c', 'k'))).toBe('store-unavailable')
    await patient.close()
    await clock.advance(2000)
    expect(clock.nextDueAtMs()).toBeUndefined()
  })

  it('are reachable while the store is slow', async () => {
    const { clock, world, patient, told } = scene()
    world.state = 'hanging'
    const first = outcome(patient.get('c', 'k'))
    await clock.advance(4999)
    world.state = 'there'
    await clock.advance(1)
    expect(await first).toBe('store-unavailable')
    expect([patient.reachable(), told]).toEqual([true, []])
    await patient.close()
  })

  it('take any other refusal for an answer', async () => {
    const { clock, world, patient, told } = scene()
    world.state = 'empty'
    expect(await outcome(patient.get('c', 'k'))).toContain('not defined')
    expect(told).toEqual([])
    world.state = 'away'
    await outcome(patient.get('c', 'k'))
    world.state = 'empty'
    await clock.advance(500)
    expect(patient.reachable()).toBe(true)
    await patient.close()
  })
})
