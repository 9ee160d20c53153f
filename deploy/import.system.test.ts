import { createWriteStream, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { connectMember } from '#bench/member.ts'
import { signIn } from '#bench/live.ts'
import { runCommand, startServer, type Ran } from '#bench/server-process.ts'
import { dataFiles } from './config.ts'

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'fineacers-import-'))
  after.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** A folder with a file to import, and a data folder inside it. */
function desk(
  name: string,
  content: string | Buffer,
): { readonly file: string; readonly dataFolder: string; readonly at: string } {
  const at = folder()
  const file = join(at, name)
  writeFileSync(file, content)
  return { at, file, dataFolder: join(at, 'data') }
}

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex')
const header = 'Ref,Title,Price,Area,Locality,City,Bedrooms'
const homes = [
  header,
  'A1,Lake House,1.2 Crore,1400 sqft,Whitefield,Bengaluru,3 BHK',
  'A2,"Garden, with a comma",85 Lac,1100 sqft,Hebbal,Bengaluru,2 BHK',
  'A3,Ragged,85 Lac,1100 sqft,Hebbal,Bengaluru,2 BHK,too,many',
  'A4,No price,,1100 sqft,Hebbal,Bengaluru,2 BHK',
  'A5,"=HYPERLINK(""http://evil.example"",""click"")",95 Lac,1200 sqft,Hebbal,Bengaluru,2 BHK',
]

function importing(kind: string, file: string, dataFolder: string): Promise<Ran> {
  return runCommand(['import', kind, file], { dataFolder, readyWithinMs: 120_000 })
}

function countsOf(ran: Ran): readonly number[] {
  const found = /(\d+) rows: (\d+) new, (\d+) changed, (\d+) as before, (\d+) rejected/.exec(ran.out)
  if (found === null) throw new Error(`no counts in:\n${ran.out}\n${ran.err}`)
  return found.slice(1).map(Number)
}

describe('importing from the command line', () => {
  it('puts each row in or in a file beside the original, which can be mended and imported; twice changes nothing', async () => {
    const { at, file, dataFolder } = desk('homes.csv', homes.join('\n'))
    const first = await importing('listings', file, dataFolder)
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/100 % {2}5 rows/)
    const [rows, created, , , rejected] = countsOf(first)
    expect([rows, (created ?? 0) + (rejected ?? 0)]).toEqual([5, 5])
    const rejects = join(at, 'homes.rejects.csv')
    expect(first.out).toContain(rejects)
    const lines = readFileSync(rejects, 'utf8').trim().split(/\r?\n/)
    expect(lines).toHaveLength(1 + (rejected ?? 0))
    expect(lines[0]).toContain('reject_reason')
    expect(lines.join()).toContain('A4')

    const second = await importing('listings', file, dataFolder)
    expect(countsOf(second)).toEqual([5, 0, 0, created, rejected])
    expect(readdirSync(at).toSorted()).toEqual(['data', 'homes.csv', 'homes.rejects.csv'])

    writeFileSync(rejects, lines.map((line) => line.replace('No price,,', 'No price,75 Lac,')).join('\n'))
    const mended = await importing('listings', rejects, dataFolder)
    expect(countsOf(mended)[1]).toBe(1)
    // What somebody mends is never written over.
    expect(readFileSync(rejects, 'utf8')).toContain('75 Lac')
  })

  it('hands the file to the server that runs, without disturbing it, and the rejects land in the same place', async () => {
    const { at, file, dataFolder } = desk(
      'leads.csv',
      'Name,Phone,Email\nAsha,98450 12345,\nNobody,12,\nRavi,,ravi@example.com\n',
    )
    const server = await startServer({ dataFolder })
    after.push(() => server.kill())
    const ran = await importing('leads', file, dataFolder)
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(countsOf(ran)).toEqual([3, 2, 0, 0, 1])
    expect(ran.out).toContain(join(at, 'leads.rejects.csv'))
    expect(existsSync(join(at, 'leads.rejects.csv'))).toBe(true)
    expect(countsOf(await importing('leads', file, dataFolder))).toEqual([3, 0, 0, 2, 1])
    // Nothing of the upload is left behind.
    expect(readdirSync(dataFiles(dataFolder).imports)).toEqual([])
    const staff = await connectMember(server.url, (await signIn(server)).accessToken)
    after.push(() => staff.close())
    const leads = await staff.command({ type: 'lead.list', query: { limit: 50 } })
    expect(leads).toMatchObject({ ok: true, value: { total: 2 } })
  })

  it('reads Windows files: line ends, a byte order mark, windows-1252 and UTF-16', async () => {
    const at = folder()
    const text = [header, 'W1,Café Lofts,1.2 Crore,1400 sqft,Whitefield,Bengaluru,3 BHK', ''].join('\r\n')
    const files = {
      'bom.csv': Buffer.from(`\ufeff${text}`, 'utf8'),
      'latin.csv': Buffer.from(text.replace('W1', 'W2'), 'latin1'),
      'utf16.csv': Buffer.from(`\ufeff${text.replace('W1', 'W3')}`, 'utf16le'),
    }
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(at, name), content)
      const ran = await importing('listings', join(at, name), join(at, 'data'))
      expect([name, ...countsOf(ran)]).toEqual([name, 1, 1, 0, 0, 0])
    }
  })

  it('names what a file lacks, and takes it from the command line', async () => {
    const { file, dataFolder } = desk('odd.csv', 'Ref,Ask,Sq,Where\nO1,120,1400,Whitefield\nO2,85,1100,Hebbal\n')
    const lacking = await importing('listings', file, dataFolder)
    expect(lacking.code).toBe(1)
    expect(lacking.err).toMatch(/odd\.csv: no column was recognised as .*city/)
    expect(lacking.err).not.toContain('    at ')
    const columns = ['Ask=price:lakh', 'Sq=area', 'Where=locality'].flatMap((each) => ['--column', each])
    const told = await runCommand(['import', 'listings', file, '--city', 'Bengaluru', ...columns], { dataFolder })
    expect(countsOf(told)).toEqual([2, 2, 0, 0, 0])
  })

  it.each<
    readonly [
      string,
      'listings' | 'leads',
      { readonly name: string; readonly content: string | Buffer; readonly words: string },
    ]
  >([
    ['an empty file', 'listings', { name: 'empty.csv', content: '', words: 'empty.csv is empty' }],
    ['a picture', 'listings', { name: 'picture.csv', content: picture, words: 'picture.csv' }],
    ['leads nobody can reach', 'leads', { name: 'names.csv', content: 'Name\nAsha\n', words: 'phone or email' }],
  ])('says what is wrong with %s', async (_, kind, { name, content, words }) => {
    const { file, dataFolder } = desk(name, content)
    const ran = await importing(kind, file, dataFolder)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain(words)
    expect(ran.err).not.toContain('    at ')
  })

  it('says that the server stopped in the middle, and the same import again brings the rest, each once', async () => {
    const rows = Array.from({ length: 6000 }, (_, row) => `Person ${row},person.${row}@example.com`)
    const { file, dataFolder } = desk('people.csv', ['Name,Email', ...rows].join('\n'))
    const server = await startServer({ dataFolder })
    after.push(() => server.kill())
    const stopped = Promise.withResolvers<number | null>()
    const ran = await runCommand(['import', 'leads', file], {
      dataFolder,
      onOutput: () => stopped.resolve(server.stop()),
    })
    expect(await stopped.promise).toBe(0)
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/run the same (import|command) again/)
    const [counted, created, , unchanged] = countsOf(await importing('leads', file, dataFolder))
    expect([counted, (created ?? 0) + (unchanged ?? 0)]).toEqual([6000, 6000])
    expect(unchanged).toBeGreaterThan(0)
    expect(created).toBeGreaterThan(0)
  })

  it('says how it is used, and that there is no such file', async () => {
    const at = folder()
    expect(await importing('houses', 'x.csv', at)).toMatchObject({ code: 2 })
    const missing = await importing('listings', join(at, 'nothing.csv'), at)
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('There is no file') })
    expect(await importing('listings', at, at)).toMatchObject({ code: 1, err: expect.stringContaining('is a folder') })
    // Nothing was opened for it.
    expect(readdirSync(at)).toEqual([])
  })
})

const longMs = 3_600_000

describe('a large file', () => {
  // The short run repeats each person twenty times, the long one has a million different ones.
  const long = process.env['FINEACERS_LONG'] === '1'
  const rows = long ? 1_000_000 : 200_000
  const people = long ? rows : rows / 20

  it(
    `of ${rows} rows goes in with bounded memory, each row counted once`,
    async () => {
      const at = folder()
      const file = join(at, 'large.csv')
      await writeLarge(file, { rows, people })
      const ran = await runCommand(['import', 'leads', file], {
        dataFolder: join(at, 'data'),
        environment: { NODE_OPTIONS: '--max-old-space-size=400' },
        readyWithinMs: longMs,
      })
      expect(ran).toMatchObject({ code: 0, err: '' })
      // Every hundredth row has no way to reach the person.
      expect(countsOf(ran)).toEqual([rows, people * 0.99, 0, (rows - people) * 0.99, rows / 100])
      const rejects = readFileSync(join(at, 'large.rejects.csv'), 'utf8').trim().split('\n')
      expect(rejects).toHaveLength(1 + rows / 100)
    },
    longMs,
  )
})

async function writeLarge(file: string, size: { readonly rows: number; readonly people: number }): Promise<void> {
  const stream = createWriteStream(file)
  stream.write('Name,Email,Requirement\r\n')
  for (let row = 0; row < size.rows; row++) {
    const person = row % size.people
    const email = person % 100 === 99 ? '' : `person.${person}@example.com`
    if (!stream.write(`Person ${person},${email},"2 BHK, near a school"\r\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}
