import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readListing } from '../listing-schema.ts'
import { FakeActors } from '../testing/fake-actors.ts'
import { importFromFile } from './file.ts'
import { openTable } from './table.ts'

const data = '../shared/data'
const absent = !existsSync(data)
if (absent) process.stderr.write('skipped: ../shared/data is absent, imports of real files were not tried\n')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-data-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Rows, and the most that may be rejected: a recogniser that gets worse fails here. */
const listingFiles = [
  ['listings-bengaluru/Bengaluru_House_Data.csv', 13_320, 60],
  ['listings-bangalore-amenities/Bangalore.csv', 1951, 5],
  ['listings-gurgaon/res_apartment.csv', 4049, 10],
  ['listings-gurgaon/rent_ind_floor.csv', 642, 10],
  ['listings-gurgaon/appartments.csv', 247, 30],
] as const

describe.skipIf(absent)('real files of listings', () => {
  it.each(listingFiles)(
    '%s: each row is in or in the file of rejects, and again changes nothing',
    async (name, rows, rejectedMax) => {
      const actors = new FakeActors()
      const first = await run('listings', name, actors)
      expect(first.rows).toBe(rows)
      expect(first.created + first.updated + first.unchanged + first.rejected).toBe(rows)
      expect(first.updated).toBe(0)
      expect(first.rejected).toBeLessThanOrEqual(rejectedMax)
      expect(await rowsIn(first.rejectsFile)).toBe(first.rejected)
      for (const [address, { content }] of actors.states)
        expect(readListing({ ...content, id: address, version: 1, workspace: 'w', updatedAtMs: 1 })).toBeDefined()
      const second = await run('listings', name, actors)
      expect(second).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: first.created + first.unchanged,
        rejected: first.rejected,
      })
    },
  )

  it('the rent in the file of sales is found, and all rents in the file of rents', async () => {
    const sale = new FakeActors()
    await run('listings', 'listings-gurgaon/res_apartment.csv', sale)
    expect([...sale.states.values()].filter(({ content }) => content['purpose'] === 'rent')).toHaveLength(1)
    const rent = new FakeActors()
    await run('listings', 'listings-gurgaon/rent_ind_floor.csv', rent)
    expect([...rent.states.values()].every(({ content }) => content['purpose'] === 'rent')).toBe(true)
  })
})

describe.skipIf(absent)('exports of lead systems', () => {
  const fixtures = absent
    ? []
    : readdirSync(`${data}/crm-exports/fixtures-a`).map((file) => `crm-exports/fixtures-a/${file}`)

  it.each([...fixtures, 'crm-exports/sample-buyers-india.csv', 'crm-exports/hubspot-all-contacts-header.csv'])(
    '%s',
    async (name) => {
      const actors = new FakeActors()
      const first = await run('leads', name, actors)
      const counted = await rowsIn(`${data}/${name}`)
      expect(first.created + first.updated + first.unchanged + first.rejected).toBe(counted)
      expect(await rowsIn(first.rejectsFile)).toBe(first.rejected)
      const second = await run('leads', name, actors)
      expect(second).toMatchObject({ created: 0, updated: 0, rejected: first.rejected })
    },
  )

  it('a file without any contact column is refused by name', async () => {
    await expect(run('leads', 'leads-xeducation/Leads.csv', new FakeActors())).rejects.toThrow('phone or email')
  })
})

async function run(kind: 'listings' | 'leads', name: string, runtime: FakeActors) {
  const rejectsFile = join(folder, `${name.replaceAll('/', '_')}.rejects.csv`)
  return importFromFile({
    kind,
    file: `${data}/${name}`,
    workspace: 'w',
    runtime,
    rejectsFile,
    signal: new AbortController().signal,
  })
}

async function rowsIn(file: string): Promise<number> {
  if (!existsSync(file)) return 0
  let rows = 0
  const table = await openTable(createReadStream(file))
  for await (const _ of table.rows) rows++
  return rows
}
