import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assertServers, readConfig, settingNames } from './config.ts'

const page = readFileSync(resolve(import.meta.dirname, 'README.md'), 'utf8')

describe('the settings', () => {
  it('have defaults that need no environment', () => {
    expect(readConfig({})).toEqual({
      dataFolder: resolve('data'),
      host: '127.0.0.1',
      port: 4600,
      workspace: 'demo',
      timeZone: 'Asia/Kolkata',
      logLevel: 'warn',
      build: true,
      sample: 'by-default',
      partitions: 32,
      leadEventsMode: 'structured',
      house: 'FINEACERS',
      meta: { graphUrl: 'https://graph.facebook.com', graphVersion: 'v23.0' },
      smsUrl: 'https://api.twilio.com',
      privateMailHosts: false,
      contentRules: { bannedPhrases: [], linkHosts: [] },
      outreach: {},
      servers: {},
    })
  })

  it('read quiet hours and caps, and say what is wrong with them', () => {
    const read = readConfig({ FINEACERS_QUIET_HOURS: '20:30-10:00', FINEACERS_MESSAGE_CAPS: 'email=4,all=5' })
    expect(read.outreach).toEqual({ quietFromMinute: 1230, quietToMinute: 600, emailCap: 4, marketingCap: 5 })
    expect(readConfig({}).outreach).toEqual({})
    for (const wrong of ['21-9', '25:00-09:00']) {
      expect(() => readConfig({ FINEACERS_QUIET_HOURS: wrong })).toThrow('FINEACERS_QUIET_HOURS')
    }
    for (const wrong of ['email', 'email=many', 'fax=1']) {
      expect(() => readConfig({ FINEACERS_MESSAGE_CAPS: wrong })).toThrow('FINEACERS_MESSAGE_CAPS')
    }
  })

  it('read prices in the currency’s unit, and say what is wrong with them', () => {
    const prices = '{"currency":"INR","prices":{"whatsapp":{"marketing":{"IN":0.8631,"*":6}}}}'
    const config = readConfig({
      FINEACERS_PRICES: prices,
      FINEACERS_BUDGET: '5000.5',
      FINEACERS_BANNED_PHRASES: 'guaranteed returns, best price',
      FINEACERS_LINK_HOSTS: 'acme.example',
    })
    expect(config.prices).toEqual({
      currency: 'INR',
      prices: { whatsapp: { marketing: { IN: 863_100, '*': 6_000_000 } } },
    })
    expect(config.budgetMicros).toBe(5_000_500_000)
    expect(config.contentRules).toEqual({
      bannedPhrases: ['guaranteed returns', 'best price'],
      linkHosts: ['acme.example'],
    })
    for (const wrong of [
      '{',
      '{"currency":"INR"}',
      prices.replace('IN":', 'India":'),
      prices.replace('INR', 'rupees'),
    ]) {
      expect(() => readConfig({ FINEACERS_PRICES: wrong })).toThrow('FINEACERS_PRICES')
    }
    expect(() => readConfig({ FINEACERS_LINK_HOSTS: 'https://acme.example' })).toThrow('FINEACERS_LINK_HOSTS')
  })

  it('count an empty variable as not set', () => {
    expect(readConfig({ PORT: '', OPENAI_API_KEY: ' ', FINEACERS_PUBLIC_URL: '' })).toEqual(readConfig({}))
  })

  it('take everything from the environment', () => {
    const config = readConfig({
      PORT: '0',
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1',
      FINEACERS_PUBLIC_URL: 'https://homes.example',
      FINEACERS_VISITORS_PER_MINUTE: '5',
      FINEACERS_SAMPLE: 'no',
    })
    expect(config).toMatchObject({ port: 0, sample: 'no', publicUrl: 'https://homes.example', visitorsPerMinute: 5 })
    expect(config.openAi).toEqual({ apiKey: 'key', baseUrl: 'http://127.0.0.1:8080/v1', model: 'gpt-4.1-mini' })
  })

  it('name the servers that processes share, each on its own', () => {
    expect(readConfig({ REDIS_URL: 'redis://cache' }).servers).toEqual({ redisUrl: 'redis://cache' })
    const { servers, node } = readConfig({
      NATS_URL: 'nats://a:4222, tls://b:4222',
      NATS_CREDENTIALS: 'house.creds',
      NATS_REPLICAS: '3',
      NATS_MONITOR_URL: 'http://a:8222, http://b:8222',
      MONGODB_URL: 'mongodb://db/homes',
      FINEACERS_NODE: 'runtime-1',
    })
    expect(node).toBe('runtime-1')
    expect(servers).toEqual({
      nats: {
        urls: ['nats://a:4222', 'tls://b:4222'],
        credentialsFile: resolve('house.creds'),
        replicas: 3,
        stream: 'FINEACERS',
        monitorUrls: ['http://a:8222', 'http://b:8222'],
      },
      mongoUrl: 'mongodb://db/homes',
    })
  })

  it('say which servers a role lacks, and no more', () => {
    const lacking = readConfig({ NATS_URL: 'nats://a:4222' })
    expect(() => assertServers('gateway', lacking)).toThrow(/"gateway"[\s\S]*MONGODB_URL: [\s\S]*REDIS_URL: /)
    expect(() => assertServers('gateway', lacking)).not.toThrow(/NATS_URL/)
    const all = { NATS_URL: 'nats://a', MONGODB_URL: 'mongodb://b', REDIS_URL: 'redis://c' }
    expect(() => assertServers('gateway', readConfig(all))).not.toThrow()
  })

  it('take several master keys, the one that seals first', () => {
    const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const given = `${first.toString('base64')}, ${second.toString('base64')}`
    expect(readConfig({ FINEACERS_SECRET_KEY: given }).secretKeys).toEqual([first, second])
  })

  it.each(['NATS_URL', 'MONGODB_URL', 'REDIS_URL', 'FINEACERS_SECRET_KEY'])(
    'do not repeat what was given as %s, for it may hold a password',
    (name) => {
      const wrong = (): unknown => readConfig({ [name]: 'http://house:secret@somewhere' })
      expect(wrong).toThrow(`  ${name}: `)
      expect(wrong).not.toThrow(/secret/)
    },
  )

  it('tell a sample that was asked for from one by default', () => {
    expect(readConfig({ FINEACERS_SAMPLE: 'yes' }).sample).toBe('asked')
  })

  it.each([
    ['PORT', '99999'],
    ['NATS_REPLICAS', '2'],
    ['NATS_STREAM', 'a.b'],
    ['NATS_MONITOR_URL', 'nats:8222'],
    ['FINEACERS_NODE', 'a b'],
    ['FINEACERS_PARTITIONS', '0'],
    ['PORT', 'http'],
    ['FINEACERS_WORKSPACE', 'Not So'],
    ['FINEACERS_TIME_ZONE', 'Nowhere/Land'],
    ['FINEACERS_PUBLIC_URL', 'homes.example'],
    ['FINEACERS_BUILD', 'true'],
    ['FINEACERS_VISITORS_PER_MINUTE', '0'],
    ['LOG_LEVEL', 'loud'],
    ['OPENAI_BASE_URL', 'file:///etc'],
    ['FINEACERS_SECRET_KEY', 'c2hvcnQ='],
    ['FINEACERS_SECRET_KEY', ','],
    ['META_GRAPH_URL', 'graph.facebook.com'],
    ['META_GRAPH_VERSION', '23'],
  ])('name %s when it is %s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`  ${name}: `)
  })

  it('are all named at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(/PORT[\s\S]*LOG_LEVEL/)
  })

  it('stand in the README with their defaults, and no others do', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)].map(([, name, byDefault]) => [name, byDefault])
    const known = settingNames().map(({ name, byDefault }) => [
      name,
      byDefault === undefined ? '–' : `\`${JSON.stringify(byDefault).replaceAll('"', '')}\``,
    ])
    expect(rows).toEqual(known)
  })
})
