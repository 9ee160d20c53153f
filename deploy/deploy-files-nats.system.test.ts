import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { deferred, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findServer } from './services/find-server.ts'
import { passwords, startNatsFilesHouse, type NatsFilesHouse } from './testing/nats-files-house.ts'

const nats = findServer('nats')
const passwordOf = {
  fineacers: passwords.NATS_FINEACERS_PASSWORD,
  system: passwords.NATS_SYSTEM_PASSWORD,
  acme: passwords.NATS_ACME_PASSWORD,
  globex: passwords.NATS_GLOBEX_PASSWORD,
  'acme-forms': passwords.NATS_ACME_FORMS_PASSWORD,
} as const

/** What a server tells, it tells within milliseconds. */
const patience = 5_000

// Needs nats-server (npm run services brings one).
describe.skipIf(nats === undefined)('three NATS servers on the files that are shipped', () => {
  let house: NatsFilesHouse
  const open: NatsConnection[] = []
  beforeAll(async () => {
    house = await startNatsFilesHouse(nats?.path ?? '')
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()))
  })
  afterAll(() => house.stop())

  const enter = async (user: keyof typeof passwordOf, server = 0): Promise<NatsConnection> => {
    const connection = await connect({
      servers: [...house.servers.slice(server), ...house.servers.slice(0, server)],
      noRandomize: true,
      user,
      pass: passwordOf[user],
      inboxPrefix: `_INBOX_${user}`,
    })
    open.push(connection)
    return connection
  }

  /** Hears one subject; `refused` resolves when the server forbids it, `heard` with the first message. */
  const hear = (connection: NatsConnection, subject: string) => {
    const [heard, refused] = [deferred<string>(), deferred<string>()]
    connection.subscribe(subject, {
      callback: (error, message) => (error === null ? heard.resolve(message.subject) : refused.resolve(error.message)),
    })
    return { heard, refused }
  }

  it('are one cluster in which our own processes keep a stream three times', async () => {
    const manager = await jetstreamManager(await enter('fineacers'))
    const { config } = await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'], num_replicas: 3 })
    expect(config.num_replicas).toBe(3)
    const writer = jetstream(await enter('fineacers', 1))
    expect((await writer.publish('kept.a')).seq).toBe(1)
    await expect
      .poll(
        async () => (await manager.streams.info('KEPT')).cluster?.replicas?.filter(({ current }) => current).length,
        {
          timeout: 10_000,
        },
      )
      .toBe(2)
  })

  it('let nobody in without a password of theirs', async () => {
    const [server] = house.servers
    const refused = /authorization/i
    await expect(connect({ servers: server ?? '' })).rejects.toThrow(refused)
    await expect(connect({ servers: server ?? '', user: 'acme', pass: passwordOf.globex })).rejects.toThrow(refused)
  })

  it('let a workspace send its leads and hear its facts and what was refused, from any server', async () => {
    const [ours, acme] = [await enter('fineacers'), await enter('acme', 2)]
    const taken = hear(ours, 'fineacers.acme.leads.>')
    const facts = hear(acme, 'fineacers.acme.facts.>')
    const dead = hear(acme, 'fineacers.acme.leads.dead-letter')
    await Promise.all([ours.flush(), acme.flush()])
    acme.publish('fineacers.acme.leads.captured')
    expect(await soon(taken.heard)).toBe('fineacers.acme.leads.captured')
    ours.publish('fineacers.acme.facts.lead.temperature-changed')
    ours.publish('fineacers.acme.leads.dead-letter')
    expect(await soon(facts.heard)).toBe('fineacers.acme.facts.lead.temperature-changed')
    expect(await soon(dead.heard)).toBe('fineacers.acme.leads.dead-letter')
  })

  it('answer a workspace where only it can hear', async () => {
    const [ours, acme, globex] = [await enter('fineacers'), await enter('acme'), await enter('globex')]
    ours.subscribe('fineacers.acme.leads.captured', { callback: (_, message) => void message.respond('taken') })
    await ours.flush()
    expect((await acme.request('fineacers.acme.leads.captured')).string()).toBe('taken')
    expect(await soon(hear(globex, '_INBOX_acme.>').refused)).toContain('_INBOX_acme.>')
    expect(await soon(hear(globex, '_INBOX.>').refused)).toContain('_INBOX.>')
  })

  it('let a web form send its workspace’s leads and hear nothing of it', async () => {
    const [ours, forms] = [await enter('fineacers'), await enter('acme-forms')]
    ours.subscribe('fineacers.acme.leads.captured', { callback: (_, message) => void message.respond('taken') })
    await ours.flush()
    expect((await forms.request('fineacers.acme.leads.captured')).string()).toBe('taken')
    for (const subject of ['fineacers.acme.facts.>', 'fineacers.acme.leads.dead-letter', '_INBOX_acme.>']) {
      expect(await soon(hear(forms, subject).refused)).toContain(subject)
    }
  })

  it('let a workspace read and acknowledge at its own place in the facts, and at no other', async () => {
    const [ours, acme] = [await enter('fineacers'), await enter('acme')]
    const { streams, consumers } = await jetstreamManager(ours)
    await streams.add({ name: 'FINEACERS_FACTS', subjects: ['fineacers.*.facts.*.*'], num_replicas: 3 })
    for (const name of ['acme', 'globex']) {
      const filter_subject = `fineacers.${name}.facts.*.*`
      await consumers.add('FINEACERS_FACTS', { durable_name: name, filter_subject, ack_policy: 'explicit' })
      await jetstream(ours).publish(`fineacers.${name}.facts.lead.created`, name)
    }
    const place = await jetstream(acme, { apiPrefix: 'fineacers.api' }).consumers.get('FINEACERS_FACTS', 'acme')
    const message = await place.next({ expires: patience })
    expect(message?.string()).toBe('acme')
    expect(await message?.ackAck()).toBe(true)
    expect(await place.next({ expires: 1_000 })).toBeNull()
    for (const call of ['INFO', 'MSG.NEXT', 'DELETE', 'CREATE']) {
      const told = refusalsOf(acme)
      acme.publish(`fineacers.api.CONSUMER.${call}.FINEACERS_FACTS.globex`)
      expect(await soon(told)).toContain('globex')
    }
  })

  it.each([
    'fineacers.globex.leads.captured',
    'fineacers.acme.leads.dead-letter',
    'fineacers.acme.facts.lead.temperature-changed',
    'journal.FINEACERS.in.0.x',
    '$JS.API.STREAM.NAMES',
    '$JS.API.CONSUMER.MSG.NEXT.FINEACERS_FACTS.globex',
    '$JS.ACK.FINEACERS_FACTS.globex.1.1.1.1.0',
    '$KV.FINEACERS_records.x',
  ])('keep a workspace from publishing to %s', async (subject) => {
    const [ours, acme] = [await enter('fineacers'), await enter('acme')]
    const arrived = hear(ours, subject)
    await ours.flush()
    const told = refusalsOf(acme)
    acme.publish(subject)
    expect(await soon(told)).toContain(subject)
    await Promise.all([acme.flush(), ours.flush()])
    expect(await Promise.race([arrived.heard, Promise.resolve('nothing')])).toBe('nothing')
  })

  it.each(['fineacers.globex.facts.>', 'fineacers.*.facts.>', 'fineacers.>', '>', 'journal.>', '$JS.>', '$KV.>'])(
    'keep a workspace from hearing %s',
    async (subject) => {
      expect(await soon(hear(await enter('acme'), subject).refused)).toContain(subject)
    },
  )

  it('show the system’s user the servers and none of our messages', async () => {
    const [system, ours] = [await enter('system'), await enter('fineacers')]
    const seen = hear(system, 'fineacers.>')
    const reply = await system.request('$SYS.REQ.SERVER.PING')
    expect(reply.string()).toContain('"cluster":"fineacers"')
    await system.flush()
    ours.publish('fineacers.acme.facts.lead.temperature-changed')
    await Promise.all([ours.flush(), system.flush()])
    expect(await Promise.race([seen.heard, Promise.resolve('nothing')])).toBe('nothing')
    await expect(jetstreamManager(system)).rejects.toThrow(/jetstream|JetStream/)
  })
})

/** Resolves with what the server refuses next. */
function refusalsOf(connection: NatsConnection): Promise<string> {
  const told = deferred<string>()
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') told.resolve(status.error.message)
  })()
  return told
}

/** Rejects when nothing was told in time. */
function soon(told: Promise<string>): Promise<string> {
  const late = deferred<string>()
  const timer = setTimeout(() => late.reject(new Error('the server told nothing')), patience)
  return Promise.race([told, late]).finally(() => clearTimeout(timer))
}
