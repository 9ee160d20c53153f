import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { runCommand, startServer } from '#bench/server-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'fineacers-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const away = { REDIS_URL: 'redis://:secretWord@127.0.0.1:1' }
const said = z.object({ status: z.enum(['ok', 'advice', 'wrong']), findings: z.array(z.object({ check: z.string() })) })

describe('fineacers doctor', () => {
  it('ends with 0 when nothing is wrong, and makes no folder', async () => {
    const dataFolder = join(folder, 'none')
    const { code, out, err } = await runCommand(['doctor'], { dataFolder })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^FineAcers doctor, .*: looked at .*none\n/)
    expect(out).toMatch(/\n {2}a disk dies +lost since the last backup\n\nNothing is wrong/)
    expect(readdirSync(folder)).not.toContain('none')
  })

  it('ends with 1 when something is, for people and for programs, and prints no password', async () => {
    const options = { dataFolder: join(folder, 'none'), environment: away }
    const text = await runCommand(['doctor'], options)
    expect(text.code).toBe(1)
    expect(text.out).toMatch(/\nWRONG {3}Redis .*127\.0\.0\.1:1/)
    expect(text.out).toMatch(/\n1 thing is wrong/)
    const json = await runCommand(['doctor', '--json'], options)
    expect(json.code).toBe(1)
    const { status, findings } = said.parse(JSON.parse(json.out))
    expect([status, findings[0]?.check]).toEqual(['wrong', 'redis.reachable'])
    expect(`${text.out}${text.err}${json.out}${json.err}`).not.toContain('secretWord')
  })

  it('ends with 2 at words it does not know, and with 1 at settings that are wrong', async () => {
    const dataFolder = join(folder, 'none')
    const odd = await runCommand(['doctor', '--loud'], { dataFolder })
    expect(odd).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--loud') })
    expect(odd.err).toContain('fineacers doctor')
    const more = await runCommand(['doctor', 'nats'], { dataFolder })
    expect(more.code).toBe(2)
    const wrong = await runCommand(['doctor'], { dataFolder, environment: { NATS_REPLICAS: '2' } })
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('NATS_REPLICAS') })
    expect((await runCommand(['doctor', '--help'], { dataFolder })).code).toBe(0)
  })

  it('says which process has the folder, that it is ready, and that its public address is open', async () => {
    const dataFolder = join(folder, 'house')
    const server = await startServer({ dataFolder, environment: { FINEACERS_SAMPLE: 'no' } })
    onTestFinished(() => server.kill())
    const environment = { FINEACERS_PUBLIC_URL: server.url }
    const { out } = await runCommand(['doctor'], { dataFolder, environment })
    const flat = out.replaceAll(/\s+/g, ' ')
    expect(flat).toContain(`process ${server.child.pid} at ${server.url}, since `)
    expect(flat).toContain('has it and is ready')
    expect(flat).toContain('webhooks are reached: a lead with a wrong token is refused by the gateway')
    expect(flat).toContain('WebSockets come through')
    expect(flat).toMatch(/ok data folder journal\.sqlite, .{1,20}, is whole/)
  })
})
