import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '#runtime/testing/small-host.ts'
import { backUp } from './backup-command.ts'
import { readConfig } from './config.ts'
import { embeddedPorts } from './embedded.ts'

// The whole of an embedded backup is shown by start.system.test.ts.
describe('a backup where the journal is on NATS', () => {
  let place: string
  const said: string[] = []
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'fineacers-backup-'))
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    said.splice(0)
    rmSync(place, { recursive: true, force: true })
  })
  const variables = () => ({ FINEACERS_DATA: join(place, 'data'), NATS_URL: 'nats://127.0.0.1:1' })
  const archive = () => embeddedPorts(readConfig(variables()), silentLog).archive()

  it('is a copy of the archive, which nothing makes anew, and says where the rest is', async () => {
    const old = { op: 'put', collection: 'steps', key: '1', revision: 1, value: { step: 'long ago' } } as const
    const written = archive()
    await written.define({ name: 'steps', indexes: [] })
    await written.write([old])
    const target = join(place, 'copy')
    expect(backUp([target], variables())).toBe(0)
    expect(readdirSync(target)).toEqual(['archive.sqlite'])
    expect(said.join('')).toContain('nats account backup')
    await written.close()
    const copied = embeddedPorts(readConfig({ ...variables(), FINEACERS_DATA: target }), silentLog).archive()
    expect(await copied.get('steps', '1')).toMatchObject({ value: old.value })
    await copied.close()
  })

  it('has the files that people sent, and none that is half written', async () => {
    const files = await embeddedPorts(readConfig(variables()), silentLog).files()
    const content = async function* () {
      yield Buffer.from('a photo')
    }
    await files.put('acme/media/one', content(), { contentType: 'image/jpeg' })
    writeFileSync(join(place, 'data', 'files', '.unfinished', 'half'), 'x')
    const written = archive()
    await written.define({ name: 'steps', indexes: [] })
    const target = join(place, 'copy')
    expect(backUp([target], variables())).toBe(0)
    await written.close()
    expect(readdirSync(join(target, 'files'))).toEqual(['acme'])
    const copied = await embeddedPorts(readConfig({ ...variables(), FINEACERS_DATA: target }), silentLog).files()
    expect(await copied.stat('acme/media/one')).toMatchObject({ contentType: 'image/jpeg', sizeBytes: 7 })
  })

  it('says what it misses, and where everything else is backed up', () => {
    expect(backUp([join(place, 'copy')], variables())).toBe(1)
    expect(said.join('')).toContain('no archive at')
    expect(said.join('')).toContain('mongodump')
    expect(existsSync(join(place, 'copy'))).toBe(false)
  })
})
