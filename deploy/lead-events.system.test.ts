import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { jetstream } from '@nats-io/jetstream'
import { headers, type Msg, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type ServerProcess } from '#bench/server-process.ts'
import { findServer, onPath } from './services/find-server.ts'
import { startNats, type NatsServers } from './services/nats-servers.ts'
import { root, textOf } from './testing/deploy-folder.ts'
import { passwords } from './testing/nats-files-house.ts'

const nats = findServer('nats')
/** The `nats` command, for the examples of the page: `go install github.com/nats-io/natscli/nats@v0.5.0`. */
const command = process.env['FINEACERS_NATS_COMMAND'] ?? onPath('nats')

/** The commands in the fences of the page, in their order. */
const examples = [
  ...readFileSync(join(root, 'docs/lead-events/README.md'), 'utf8').matchAll(/```sh\n([^]*?)```/g),
].flatMap(([, text = '']) => text.split(/\n(?=nats )/).map((each) => each.trim()))

interface Said {
  readonly type: string
  readonly subject: string
  readonly data: { readonly [field: string]: unknown }
}

// Needs nats-server (npm run services brings one).
describe.skipIf(nats === undefined)('lead events of a whole FineAcers on the accounts that are shipped', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-lead-events-'))
  let servers: NatsServers
  let house: ServerProcess
  const open: NatsConnection[] = []
  beforeAll(async () => {
    servers = await startNats({ servers: 1, folder: join(folder, 'nats'), sync: 'default', config: accounts() })
    house = await startServer({
      dataFolder: join(folder, 'data'),
      environment: {
        NATS_URL: servers.url.replace('nats://', `nats://fineacers:${passwords.NATS_FINEACERS_PASSWORD}@`),
        FINEACERS_WORKSPACE: 'acme',
        FINEACERS_SAMPLE: 'no',
      },
    })
  })
  afterAll(async () => {
    await Promise.all(open.map((each) => each.close()))
    await house.stop()
    await servers.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const enter = async (user: string, pass: string): Promise<NatsConnection> => {
    const connection = await connect({ servers: servers.url, user, pass, inboxPrefix: `_INBOX_${user}` })
    open.push(connection)
    return connection
  }

  /** Reads at acme's own place until something passes. */
  const read = async (passes: (said: Said) => boolean): Promise<Said> => {
    const acme = await enter('acme', passwords.NATS_ACME_PASSWORD)
    const place = await jetstream(acme, { apiPrefix: 'fineacers.api' }).consumers.get('FINEACERS_FACTS', 'acme')
    for await (const message of await place.consume({ expires: 10_000 })) {
      const said = message.json<Said>()
      await message.ackAck()
      if (passes(said)) return said
    }
    throw new Error('it was never said')
  }

  it('takes in what the page’s examples publish, in both modes, and says what it has captured', async () => {
    const acme = await enter('acme', passwords.NATS_ACME_PASSWORD)
    const published = examples.map(publishingIn).filter((each) => each !== undefined)
    expect(published).toHaveLength(3)
    for (const { subject, body, given } of published) {
      const sent = headers()
      for (const [name, value] of given) sent.set(name, value)
      expect((await acme.request(subject, body, { headers: sent, timeout: 5000 })).string()).toContain(
        '"stream":"FINEACERS_LEADS"',
      )
    }
    const first = await read(
      ({ type, data }) => type === 'com.fineacers.lead.captured.v1' && data['name'] === 'Meera Iyer',
    )
    expect(first.subject).toBe('acme/lead/ce-b501895bfa6502cac325fe8599b5510c')
    expect(first.data).toMatchObject({ phone: '+919845012345', extra: { 'event-id': 'lead-1' } })
    const refused = await read(({ type }) => type === 'com.fineacers.lead-event.refused.v1')
    expect(refused.data).toMatchObject({
      reasons: ['data: needs a phone number, an e-mail or a visitor'],
      event: { id: 'lead-3' },
    })
  })

  it('keeps a workspace from what is another’s: it can neither publish for it, nor hear it, nor read at its place', async () => {
    const globex = await enter('globex', passwords.NATS_GLOBEX_PASSWORD)
    const heard: string[] = []
    for (const subject of ['fineacers.acme.facts.>', 'fineacers.acme.leads.dead-letter', 'fineacers.>', '>']) {
      const refused = new Promise<string>((resolve) => {
        const callback = (error: Error | null, message: Msg): void => {
          if (error === null) heard.push(message.subject)
          else resolve(error.message)
        }
        globex.subscribe(subject, { callback })
      })
      expect(await refused).toContain('Permissions Violation')
    }
    await expect(globex.request('fineacers.acme.leads.captured', '{}', { timeout: 1000 })).rejects.toThrow(
      /permission/i,
    )
    const { consumers } = jetstream(globex, { apiPrefix: 'fineacers.api', timeout: 1000 })
    await expect(consumers.get('FINEACERS_FACTS', 'acme')).rejects.toThrow(/permission/i)
    await (await enter('acme', passwords.NATS_ACME_PASSWORD)).request('fineacers.acme.leads.captured', '{')
    await read(({ type }) => type === 'com.fineacers.lead-event.refused.v1')
    expect(heard).toEqual([])
  })

  it('says to a publisher for a workspace that there is not, and of a message too large, at once', async () => {
    const ours = await enter('fineacers', passwords.NATS_FINEACERS_PASSWORD)
    await expect(ours.request('fineacers.initech.leads.captured', '{}')).rejects.toThrow(/no responders/i)
    const acme = await enter('acme', passwords.NATS_ACME_PASSWORD)
    const answer = await acme.request('fineacers.acme.leads.captured', 'x'.repeat(33_000))
    expect(answer.string()).toContain('message size exceeds maximum allowed')
  })

  it.skipIf(command === undefined)(
    'runs every command of the page as it stands there [needs the nats command]',
    async () => {
      const environment = {
        ...process.env,
        ...passwords,
        PATH: `${join(command ?? '', '..')}:${process.env['PATH'] ?? ''}`,
        NATS_URL: servers.url,
        XDG_CONFIG_HOME: join(folder, 'config'),
        HOME: folder,
      }
      const run = async (words: string): Promise<string> => {
        const { stdout, stderr } = await promisify(execFile)('bash', ['-c', words], {
          env: environment,
          timeout: 30_000,
        })
        return `${stdout}${stderr}`
      }
      await run(`nats context add ours --server "$NATS_URL" --user fineacers --password "$NATS_FINEACERS_PASSWORD"`)
      for (const example of examples) {
        // Somebody has to say something while it listens.
        const listens = example.startsWith('nats sub')
        const said = listens ? run(example) : undefined
        if (listens) {
          const lead = JSON.stringify({
            specversion: '1.0',
            id: 'heard',
            source: '/test',
            type: 'com.fineacers.lead.captured.v1',
            data: { phone: '+919845054321' },
          })
          await run(`sleep 1; nats request fineacers.acme.leads.captured '${lead}'`)
        }
        const text = await (said ?? run(example))
        expect(text, example).not.toMatch(/error|violation/i)
        if (listens) expect(text).toContain('com.fineacers.lead.captured.v1')
        if (example.includes('consumer next')) expect(text, example).toContain('com.fineacers.')
      }
      const place = await run('nats consumer info FINEACERS_FACTS acme --json')
      expect(JSON.parse(place)).toMatchObject({
        num_pending: expect.any(Number) as number,
        config: { deliver_policy: 'by_start_time' },
      })
    },
  )
})

/** The shipped accounts with the two workspaces of the example, as one text with the passwords in it. */
function accounts(): string {
  const whole = textOf('deploy/nats/accounts.conf').replace(
    'include "workspaces.conf"',
    textOf('deploy/nats/workspaces.conf.example'),
  )
  return Object.entries(passwords).reduce(
    (text, [name, password]) => text.replaceAll(`$${name}`, `"${password}"`),
    whole,
  )
}

/** What an example publishes, read as a shell would; absent for one that publishes nothing. */
function publishingIn(
  example: string,
):
  | { readonly subject: string; readonly body: string; readonly given: readonly (readonly [string, string])[] }
  | undefined {
  if (!example.startsWith('nats request ')) return undefined
  const words = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const given = words.flatMap((word, index) => {
    const [, name = '', value = ''] = /^([^:]+):([^]*)$/.exec(words[index + 1] ?? '') ?? []
    return word === '-H' ? [[name, value] as const] : []
  })
  return { subject: words[2] ?? '', body: words.at(-1) ?? '', given }
}
