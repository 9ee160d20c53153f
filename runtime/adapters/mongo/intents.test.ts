import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Documents, DocumentWrite } from '../../ports/documents.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { MongoBench } from './testing/mongo-bench.ts'
import { type Fate, WireProxy } from './testing/wire-proxy.ts'

const url = process.env['FINEACERS_TEST_MONGODB']
const people = { name: 'people', indexes: [['city']], unique: [['phone']], text: ['name'] }
const marks = { name: 'marks', indexes: [] }
/** The answer of a server that has indexes, so that the guards are used. */
const asMongo: Fate = { answer: { version: '6.0.0', ok: 1 } }
const changing = new Set(['insert', 'update', 'delete', 'findAndModify'])

function person(key: string, revision: number, value: { readonly [field: string]: string | number }): DocumentWrite {
  return { op: 'put', collection: 'people', key, revision, value }
}

function mark(revision: number): DocumentWrite {
  return { op: 'put', collection: 'marks', key: 'mark', revision, value: { revision } }
}

/** Everything of both collections, to compare. */
async function all(documents: Documents): Promise<readonly string[]> {
  const pages = await Promise.all(
    ['people', 'marks'].map((collection) => documents.query({ collection, where: [], limit: 1000 })),
  )
  return pages.flatMap((page) =>
    page.documents.map((each) => `${each.key} ${each.revision} ${JSON.stringify(each.value)}`),
  )
}

describe.skipIf(url === undefined)('a write to MongoDB', { timeout: 120_000 }, () => {
  const bench = new MongoBench(url ?? 'mongodb://127.0.0.1')
  afterAll(() => bench.close())
  let proxy: WireProxy
  let far: string
  let direct: Documents
  beforeEach(async () => {
    proxy = new WireProxy(bench.url)
    far = await proxy.start()
    direct = await bench.open()
    await direct.define(people)
    await direct.define(marks)
    await direct.write(seed)
  })
  afterEach(async () => {
    await direct.close()
    await proxy.stop()
  })

  /** Writes as a process that is gone from the `at`-th changing command on. Answers whether it came to its end, whichever. */
  async function writeAndDie(writes: readonly DocumentWrite[], at: number, fate: Fate): Promise<boolean> {
    const dying = await bench.open(bench.latest(), far)
    let left = at
    let dead = false
    proxy.fate = (command) => {
      if (dead) return 'cut'
      if (!changing.has(command) || left-- > 0) return 'pass'
      dead = true
      return fate
    }
    const ended = await dying.write(writes).then(
      () => true,
      (error: unknown) => {
        if (error instanceof StorageError && error.code === 'document-refused') return true
        expect(error).toMatchObject({ code: 'store-unavailable', retry: 'later' })
        return false
      },
    )
    await dying.close()
    return ended
  }

  const seed: readonly DocumentWrite[] = [
    person('a', 1, { phone: '1', name: 'Asha' }),
    person('b', 1, { phone: '2' }),
    person('c', 1, { phone: '3' }),
    mark(1),
  ]
  /** Two change their phones for each other's, and a third's goes to a new one. */
  const batch: readonly DocumentWrite[] = [
    person('a', 2, { phone: '9' }),
    person('b', 2, { phone: '1' }),
    person('a', 3, { phone: '2', name: 'Asha Rao' }),
    { op: 'delete', collection: 'people', key: 'c' },
    person('d', 2, { phone: '3', name: 'Dev' }),
    mark(2),
  ]
  const after = [
    'a 3 {"phone":"2","name":"Asha Rao"}',
    'b 2 {"phone":"1"}',
    'd 2 {"phone":"3","name":"Dev"}',
    'mark 2 {"revision":2}',
  ]

  it.each(['cut', 'lose'] as const)('[D2] that ends at any command is whole or nothing: %s', async (fate) => {
    const before = await all(direct)
    const outcomes = new Set<string>()
    for (let at = 0; ; at++) {
      await direct.clear('people')
      await direct.clear('marks')
      await direct.write(seed)
      const ended = await writeAndDie(batch, at, fate)
      const successor = await bench.succeed()
      const found = await all(successor)
      const whole = JSON.stringify(found) !== JSON.stringify(before)
      if (whole) expect(found).toEqual(after)
      outcomes.add(whole ? 'whole' : 'nothing')
      // The same again does no harm, as after a lost acknowledgement.
      await successor.write(batch)
      expect(await all(successor)).toEqual(after)
      await successor.close()
      if (ended) break
    }
    // What was announced is written, also when nobody heard that it was.
    if (fate === 'cut') expect(outcomes).toContain('nothing')
    expect(outcomes).toContain('whole')
  })

  it.each(['cut', 'lose'] as const)('[D2] that an index refuses is undone, also by a successor: %s', async (fate) => {
    await bench.behind().collection('documents.people').createIndex({ 'v.name': 1 }, { unique: true, sparse: true })
    const refused: readonly DocumentWrite[] = [
      mark(2),
      person('b', 2, { phone: '4' }),
      person('e', 2, { phone: '2', name: 'Esha' }),
      { op: 'delete', collection: 'people', key: 'c' },
      person('d', 2, { phone: '3', name: 'Asha' }),
    ]
    await expect(direct.write(refused)).rejects.toMatchObject({ code: 'document-refused', retry: 'never' })
    const before = await all(direct)
    expect(before).toEqual([
      'a 1 {"phone":"1","name":"Asha"}',
      'b 1 {"phone":"2"}',
      'c 1 {"phone":"3"}',
      'mark 1 {"revision":1}',
    ])
    for (let at = 0, ended = false; !ended; at++) {
      ended = await writeAndDie(refused, at, fate)
      const successor = await bench.succeed()
      expect(await all(successor)).toEqual(before)
      expect(
        (await successor.query({ collection: 'people', where: [{ op: 'match', value: 'asha' }], limit: 9 })).documents,
      ).toHaveLength(1)
      await successor.close()
    }
    await direct.write([person('e', 3, { phone: '4' }), person('f', 1, { phone: '5' })])
    expect(await direct.count('people', [])).toBe(5)
  })

  it('[D2] by two processes at once ends with the newest of both, and each whole', async () => {
    const other = await bench.open(bench.latest())
    const rounds = 25
    const writer = async (documents: Documents, parity: number): Promise<void> => {
      for (let round = 1; round <= rounds; round++) {
        const revision = 10 + 2 * round + parity
        const both = ['x', 'y'].map((key) => person(key, revision, { by: parity, round }))
        await documents.write([...both, person(`own-${parity}-${round}`, 1, {}), mark(revision)])
      }
    }
    await Promise.all([writer(direct, 0), writer(other, 1)])
    const newest = 10 + 2 * rounds + 1
    const [x, y] = await direct.getMany('people', ['x', 'y'])
    expect([x?.revision, y?.revision]).toEqual([newest, newest])
    expect((await direct.get('marks', 'mark'))?.revision).toBe(newest)
    expect(await direct.count('people', [{ field: 'round', op: '=', value: null }])).toBe(3 + 2 * rounds)
    await other.close()
  })

  it('[D2] of a process that slept through it changes nothing that was written since', async () => {
    const pass: WireProxy['fate'] = (command) => (command === 'buildInfo' ? asMongo : 'pass')
    proxy.fate = pass
    const zombie = await bench.open(bench.latest(), far)
    let wake = (): void => undefined
    const asleep = new Promise<void>((resolve) => (wake = resolve))
    let changes = 0
    const fell = new Promise<void>((resolve) => {
      proxy.fate = (command) => {
        // The first announces the write.
        if (!changing.has(command) || ++changes === 1) return pass(command)
        resolve()
        return { until: asleep }
      }
    })
    const late = zombie.write(batch)
    await fell
    const successor = await bench.succeed()
    await successor.write([person('a', 9, { phone: '7' }), { op: 'delete', collection: 'people', key: 'd' }, mark(9)])
    const found = await all(successor)
    wake()
    await late
    expect(await all(successor)).toEqual(found)
    expect(found).toEqual(['a 9 {"phone":"7"}', 'b 2 {"phone":"1"}', 'mark 9 {"revision":9}'])
    await successor.close()
    await zombie.close()
  })

  it('[D3] a delete is remembered for an hour, so that what comes late does not come back, and then forgotten', async () => {
    proxy.fate = (command) => (command === 'buildInfo' ? asMongo : 'pass')
    const gone = (key: string, revision: number): DocumentWrite => ({
      op: 'delete',
      collection: 'people',
      key,
      revision,
    })
    await direct.write([gone('a', 5), gone('b', 5)])
    await direct.write([person('a', 4, { phone: '1' })])
    expect(await direct.get('people', 'a')).toBeUndefined()
    const behind = bench.behind().collection<{ _id: string }>('documents.people')
    await behind.updateOne({ _id: 'a' }, { $inc: { d: -61 * 60 * 1000 } })
    await (await bench.open(bench.latest(), far)).close()
    expect((await behind.find().toArray()).map((row) => row._id).sort()).toEqual(['b', 'c'])
    await direct.write([person('a', 6, { phone: '1' }), person('b', 6, { phone: '2' })])
    expect(await direct.count('people', [])).toBe(3)
  })
})
