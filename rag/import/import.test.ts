import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeActors } from '../testing/fake-actors.ts'
import { csvLine, guarded, withoutGuard } from './cell.ts'
import { importFromFile } from './file.ts'
import type { ImportKind } from './fields.ts'
import { SeenTable } from './keys.ts'
import { parseLiteral } from './literal.ts'
import { previewImport } from './preview.ts'
import { runImport } from './run.ts'
import { openTable } from './table.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const listings = [
  'Ref,City,Location,Size,Area (sq ft),Price (lakh),Status',
  'A1,Pune,Baner,2 BHK,1100 - 1350,85,Ready To Move',
  'A2,Pune,Wakad,3 BHK,1400,1.2 Cr,Dec 2027',
  'A3,Pune,,3 BHK,1400,95,',
  'A4,Pune,Kharadi,2 BHK,900,Price on Request,',
  'A5,Pune,Kharadi,2 BHK,9,70,',
].join('\n')

describe('an import of listings', () => {
  it('every row is created or in the file of rejects with its reason', async () => {
    const { actors, outcome, rejects } = await imported('listings', listings)
    expect(outcome).toMatchObject({ rows: 5, created: 2, updated: 0, unchanged: 0, rejected: 3 })
    expect([...actors.states.values()].map((each) => each.content['title'])).toEqual([
      '2 BHK apartment in Baner',
      '3 BHK apartment in Wakad',
    ])
    expect([...actors.states.values()][0]?.content).toMatchObject({
      priceMinor: 85_00_000_00,
      areaSqft: 1100,
      areaMaxSqft: 1350,
      readyFrom: 'ready',
      source: { kind: 'import', reference: 'A1' },
    })
    expect([...actors.states.values()][1]?.content).toMatchObject({ priceMinor: 1_20_00_000_00, readyFrom: '2027-12' })
    const lines = rejects.trimEnd().split('\r\n')
    expect(lines[0]).toBe('\ufeffRef,City,Location,Size,Area (sq ft),Price (lakh),Status,reject_reason')
    expect(lines.slice(1).map((line) => line.slice(line.lastIndexOf(',') + 1))).toEqual([
      'no locality',
      'the price “Price on Request” can’t be read',
      'an area of 9 sq ft is not believable: check its unit',
    ])
  })

  it('run twice it changes nothing, and a changed price raises the version of that listing alone', async () => {
    const { actors } = await imported('listings', listings)
    const again = await imported('listings', listings, actors)
    expect(again.outcome).toMatchObject({ created: 0, updated: 0, unchanged: 2, rejected: 3 })
    const dearer = await imported('listings', listings.replace('1350,85', '1350,88'), actors)
    expect(dearer.outcome).toMatchObject({ created: 0, updated: 1, unchanged: 1, rejected: 3 })
    expect([...actors.states.values()].map((each) => each.version)).toEqual([2, 1])
  })

  it('the file of rejects, mended, is imported as it is', async () => {
    const { actors, rejects } = await imported('listings', listings)
    const mended = rejects
      .replace('A3,Pune,,', 'A3,Pune,Aundh,')
      .replace('Price on Request', '70')
      .replace(',9,70', ',950,70')
    const second = await imported('listings', mended, actors)
    expect(second.outcome).toMatchObject({ rows: 3, created: 3, rejected: 0 })
    expect(second.outcome.rejectsWritten).toBe(false)
    const whole = await imported('listings', listings.replace('A3,Pune,,', 'A3,Pune,Aundh,'), actors)
    expect(whole.outcome).toMatchObject({ created: 0, updated: 0, unchanged: 3, rejected: 2 })
  })

  it('rows without a reference are known by their content, so a row that comes twice is one listing', async () => {
    const text = 'Location,City,BHK,Area,Price\nBaner,Pune,2,1000,80 L\nBaner,Pune,2,1000,80 L\nBaner,Pune,2,1000,81 L'
    const { actors, outcome } = await imported('listings', text)
    expect(outcome).toMatchObject({ rows: 3, created: 2, unchanged: 1 })
    expect(actors.states.size).toBe(2)
  })

  it('two different rows under one reference: the first is taken, the second is rejected on every run', async () => {
    const text = 'Ref,Location,City,BHK,Area,Price\nX,Baner,Pune,2,1000,80 L\nX,Wakad,Pune,3,1300,95 L'
    const { actors, outcome, rejects } = await imported('listings', text)
    expect(outcome).toMatchObject({ created: 1, rejected: 1 })
    expect(rejects).toContain('another row of this file has the reference “X” with other content')
    expect((await imported('listings', text, actors)).outcome).toMatchObject({ unchanged: 1, updated: 0, rejected: 1 })
  })

  it('a project becomes one listing for each priced configuration, and the others are told in the description', async () => {
    const prices = `"{'2 BHK': {'building_type': 'Apartment', 'area_type': 'Carpet Area', 'area': '1,370 sq.ft.', 'price-range': '₹ 2 - 2.4 Cr'}, '3 BHK': {'building_type': 'Apartment', 'area_type': 'Carpet Area', 'area': '1,850 - 2,050 sq.ft.', 'price-range': 'Price on Request'}}"`
    const text = `PropertyName,PropertySubName,PriceDetails\nLotus One,"2, 3 BHK Apartment in Sector 999, Gurgaon",${prices}`
    const { actors, outcome } = await imported('listings', text)
    expect(outcome).toMatchObject({ rows: 1, created: 1 })
    expect([...actors.states.values()].map((each) => each.content)).toMatchObject([
      {
        title: '2 BHK apartment in Lotus One, Sector 999',
        city: 'Gurugram',
        locality: 'Sector 999',
        priceMinor: 2_00_00_000_00,
        priceMaxMinor: 2_40_00_000_00,
        areaSqft: 1370,
        areaKind: 'carpet',
      },
    ])
    expect([...actors.states.values()][0]?.content['description']).toContain('Price on request: 3 BHK')
  })

  it('a mapping that lacks a price or a city is refused before any row is touched', async () => {
    const file = join(folder, 'homes.csv')
    await writeFile(file, 'Location,BHK\nBaner,2')
    const actors = new FakeActors()
    await expect(importFromFile(ask('listings', file, actors))).rejects.toThrow(
      'no column was recognised as price and area and city',
    )
    expect(actors.states.size).toBe(0)
    await writeFile(file, '')
    await expect(importFromFile(ask('listings', file, actors))).rejects.toThrow('is empty')
  })

  it('the city may come from the file’s name or be named for the whole file', async () => {
    const text = 'Location,BHK,Area,Price\nBaner,2,1000,80 L'
    const file = join(folder, 'pune-homes.csv')
    await writeFile(file, text)
    const actors = new FakeActors()
    await importFromFile(ask('listings', file, actors))
    expect([...actors.states.values()][0]?.content['city']).toBe('Pune')
  })
})

describe('an import of leads', () => {
  it('typing errors in headers, contacts of all shapes and wishes are understood', async () => {
    const text = [
      'Nmae,Emial,Phne,Budget,BHK,Timeline,Campaign',
      'Asha Rao,asha@example.com,98450 00001,1.2 Cr,3,0-3m,Q1',
      'Ravi,,+91 98450-00002,80 - 90 lakh,2 BHK,immediately,Q1',
    ].join('\n')
    const { actors, outcome } = await imported('leads', text)
    expect(outcome).toMatchObject({ created: 2, rejected: 0 })
    expect([...actors.states.values()].map((each) => each.content)).toEqual([
      {
        name: 'Asha Rao',
        phone: '+919845000001',
        email: 'asha@example.com',
        bedrooms: 3,
        timeline: 'three-months',
        budgetMaxMinor: 1_20_00_000_00,
        currency: 'INR',
        source: 'import',
        extra: { Campaign: 'Q1' },
      },
      {
        name: 'Ravi',
        phone: '+919845000002',
        bedrooms: 2,
        timeline: 'now',
        budgetMinMinor: 80_00_000_00,
        budgetMaxMinor: 90_00_000_00,
        currency: 'INR',
        source: 'import',
        extra: { Campaign: 'Q1' },
      },
    ])
    expect([...actors.states.keys()].join(' ')).not.toContain('98450')
  })

  it.each([
    ['Hindi', 'नाम,मोबाइल,ईमेल,शहर', 'आशा,9845000001,asha@example.com,पुणे'],
    ['Arabic', 'الاسم,رقم الهاتف,البريد الإلكتروني,المدينة', 'آشا,9845000001,asha@example.com,Pune'],
    ['Spanish', 'nombre_completo,número_de_teléfono,correo,ciudad', 'Asha,+919845000001,asha@example.com,Pune'],
    ['no', 'a,b,c,d', 'Asha,9845000001,asha@example.com,Pune\nRavi,9845000002,ravi@example.com,Pune'],
  ])('%s headers are recognised', async (_, header, rows) => {
    const { actors } = await imported('leads', `${header}\n${rows}`)
    expect([...actors.states.values()][0]?.content).toMatchObject({ phone: '+919845000001', email: 'asha@example.com' })
  })

  it('Meta’s prefixes are taken off and its test leads are rejected', async () => {
    const text =
      'id,created_time,full_name,phone_number,email\nl:123,2026-09-23T17:04:53+05:30,Asha,p:+919845000001,a@example.com\nl:124,x,<test lead: dummy data for full_name>,p:+919845000009,test@example.com'
    const { actors, outcome } = await imported('leads', text)
    expect(outcome).toMatchObject({ created: 1, rejected: 1 })
    expect([...actors.states.values()][0]?.content['phone']).toBe('+919845000001')
  })

  it('the same row twice in a file goes to its lead once', async () => {
    const text = 'Name,Email\nA,a@example.com\nB,b@example.com\nA,a@example.com'
    const { actors, outcome } = await imported('leads', text)
    expect(outcome).toMatchObject({ rows: 3, created: 2, unchanged: 1 })
    expect(actors.facts).toHaveLength(2)
  })

  it('a row without a contact that works is rejected and says which', async () => {
    const { rejects, outcome } = await imported('leads', 'Name,Email,Phone\nA,a@b,12\nB,b@example.com,12\nC,,')
    expect(outcome).toMatchObject({ created: 1, rejected: 2 })
    expect(rejects).toContain('the phone number “12” can’t ring and the e-mail address “a@b” can’t be right')
    expect(rejects).toContain('no phone number and no e-mail address')
  })
})

describe('broken files', () => {
  it('ragged rows, blank rows and repeated headers are each counted and kept', async () => {
    const text = 'Name,Email\nA,a@example.com,surplus\n\nName,Email\nB,b@example.com,,\nC\n,\n'
    const { outcome, rejects } = await imported('leads', text)
    expect(outcome).toMatchObject({ rows: 6, created: 1, rejected: 5 })
    expect(rejects).toContain('3 cells under 2 headers')
    expect(rejects).toContain('surplus')
    expect(rejects).toContain('the header again')
    expect(rejects.match(/blank row/g)).toHaveLength(2)
  })

  it('formulas stay text on the way in and can’t run on the way out', async () => {
    const text = 'Name,Email,Phone,Notes\n=cmd|calc,a@example.com,,"=1+1 villas"\n@SUM(A1),nobody,+1,-5'
    const { actors, rejects } = await imported('leads', text)
    expect([...actors.states.values()][0]?.content).toMatchObject({ name: '=cmd|calc', message: '=1+1 villas' })
    expect(rejects).toContain("'@SUM(A1),nobody,'+1,'-5,")
  })

  it('a guard before a formula is taken off again, whatever the cell', () => {
    fc.assert(
      fc.property(fc.string(), (cell) => {
        const read = withoutGuard(cell)
        expect(withoutGuard(guarded(cell))).toBe(read)
        expect(guarded(cell)).not.toMatch(/^[=+\-@]/)
      }),
      { seed: 11 },
    )
  })

  it('what is written as CSV is read back cell by cell', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 3, maxLength: 3 }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (rows) => {
          fc.pre(rows.every((row) => row.every((cell) => !cell.includes('\r') && cell.trim() !== '')))
          const table = await openTable(bytes(csvLine(['a', 'b', 'c']) + rows.map((row) => csvLine(row)).join('')))
          const read: (readonly string[])[] = []
          for await (const row of table.rows) read.push(row.cells)
          expect(read).toEqual(rows.map((row) => row.map((cell) => withoutGuard(cell))))
        },
      ),
      { numRuns: 100, seed: 13 },
    )
  })

  it('a quote that never closes is one rejected row, and the rows before it are in', async () => {
    const { outcome, rejects } = await imported(
      'leads',
      'Name,Email\nA,a@example.com\nB,"b@example.com\nC,c@example.com\n',
    )
    expect(outcome).toMatchObject({ created: 1, rejected: 1 })
    expect(rejects).toContain('never closed')
  })

  it.each([
    ['UTF-8 with a mark', Buffer.from('\ufeffName,Email\nZoë,z@example.com')],
    ['UTF-16 little-endian', Buffer.from('\ufeffName,Email\nZoë,z@example.com', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('Name,Email\nZoë,z@example.com', 'utf16le')],
    ['UTF-16 big-endian', Buffer.from('\ufeffName,Email\nZoë,z@example.com', 'utf16le').swap16()],
    ['windows-1252', Buffer.from('Name,Email\nZo\xeb,z@example.com', 'latin1')],
    ['semicolons', Buffer.from('Name;Email;Budget\nZoë;z@example.com;1,2 Cr')],
    ['tabs', Buffer.from('Name\tEmail\nZoë\tz@example.com')],
    ['carriage returns', Buffer.from('Name,Email\rZoë,z@example.com\r')],
    ['a title above the header', Buffer.from('Leads of May\n\nName,Email,Phone\nZoë,z@example.com,')],
  ])('%s', async (_, content) => {
    const file = join(folder, 'file.csv')
    await writeFile(file, content)
    const actors = new FakeActors()
    await importFromFile(ask('leads', file, actors))
    expect([...actors.states.values()].map((each) => each.content)).toMatchObject([
      { name: 'Zoë', email: 'z@example.com' },
    ])
  })

  it('bytes cut anywhere are decoded the same', async () => {
    const whole = Buffer.from('Name,Email\nZoë आशा,z@example.com\nAsh\xe9,a@example.com\n')
    for (let size = 1; size <= 9; size++) {
      const table = await openTable(
        (async function* () {
          for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
        })(),
      )
      const read: string[] = []
      for await (const row of table.rows) read.push(row.cells[0] ?? '')
      expect(read).toEqual(['Zoë आशा', 'Ashé'])
    }
  })

  it('a stopped import rejects with the reason and can be run again to its end', async () => {
    const text = `Name,Email\n${Array.from({ length: 2000 }, (_, index) => `N,n${index}@example.com`).join('\n')}`
    const actors = new FakeActors()
    const controller = new AbortController()
    const preview = await previewImport({ kind: 'leads', source: bytes(text), signal: controller.signal })
    const run = runImport({
      kind: 'leads',
      source: bytes(text),
      columns: preview.columns,
      workspace: 'w',
      runtime: actors,
      sourceName: 'test',
      rejectsFile: join(folder, 'rejects.csv'),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(run).rejects.toThrow('enough')
    expect(actors.states.size).toBeLessThan(2000)
    const again = await imported('leads', text, actors)
    expect(again.outcome.created + again.outcome.unchanged).toBe(2000)
    expect(actors.states.size).toBe(2000)
  })

  it('one row that can’t be stored is rejected; a store that fails stops the import', async () => {
    const text = `Name,Email\n${Array.from({ length: 600 }, (_, index) => `N,n${index}@example.com`).join('\n')}`
    const actors = new FakeActors()
    let calls = 0
    actors.refuse = () => {
      if (++calls === 5) throw new Error('event too large')
    }
    expect((await imported('leads', text, actors)).outcome).toMatchObject({ created: 599, rejected: 1 })
    actors.refuse = () => {
      throw new Error('disk full')
    }
    await expect(imported('leads', text, actors)).rejects.toThrow('disk full')
  })
})

describe('parts', () => {
  it('literals are read as data and never run', () => {
    expect(parseLiteral(`['Gym', "Children's park", 3]`)).toEqual(['Gym', "Children's park", 3])
    expect(parseLiteral(`{'a': {'b': None}, 'c': (1, 2,)}`)).toEqual({ a: { b: null }, c: [1, 2] })
    for (const bad of ['[1', "__import__('os')", '[f()]', '{1}', '', '['.repeat(50)])
      expect(parseLiteral(bad)).toBeUndefined()
  })

  it('the table of seen rows answers as a map would, and grows', () => {
    const table = new SeenTable()
    const hex = (value: number) => (value * 2 + 1).toString(16).padStart(16, '0')
    for (let index = 0; index < 20_000; index++) expect(table.see(hex(index), hex(1))).toBe('new')
    for (let index = 0; index < 20_000; index++)
      expect(table.see(hex(index), hex(index % 2 === 0 ? 1 : 2))).toBe(index % 2 === 0 ? 'same' : 'other')
  })

  it('price units are told from the header or the size of the numbers', async () => {
    const fieldOf = async (header: string, values: readonly string[]) => {
      const text = `Location,${header}\n${values.map((value) => `Baner,${value}`).join('\n')}`
      const preview = await previewImport({
        kind: 'listings',
        source: bytes(text),
        signal: new AbortController().signal,
      })
      return preview.columns[1]?.field
    }
    expect(await fieldOf('Price in Lacs', ['39.07', '120'])).toBe('price:lakh')
    expect(await fieldOf('price', ['39.07', '120', '62'])).toBe('price:lakh')
    expect(await fieldOf('Price (Cr)', ['1.2', '2'])).toBe('price:crore')
    expect(await fieldOf('price', ['7888000', '4866000'])).toBe('price')
    expect(await fieldOf('price', ['1.2 Cr', '80 L'])).toBe('price')
    expect(await fieldOf('Area (sq yd)', ['200', '360'])).toBe('area:sqyd')
  })
})

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function ask(kind: ImportKind, file: string, runtime: FakeActors) {
  return { kind, file, workspace: 'w', runtime, signal: new AbortController().signal }
}

async function imported(kind: ImportKind, text: string, actors = new FakeActors()) {
  const file = join(folder, 'file.csv')
  await writeFile(file, text)
  const outcome = await importFromFile(ask(kind, file, actors))
  expect(outcome.created + outcome.updated + outcome.unchanged + outcome.rejected).toBe(outcome.rows)
  const rejects = outcome.rejectsWritten ? await readFile(outcome.rejectsFile, 'utf8') : ''
  return { actors, outcome, rejects }
}
