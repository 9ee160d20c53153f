import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOfflineModels } from './offline/model.ts'
import { createOpenAiModels } from './openai.ts'
import { Chat, houseAtMs, openHouse, type House } from './testing/house.ts'
import { openOpenAiServer, type OpenAiServer, type Script } from './testing/openai-server.ts'

const key = 'sk-secret-of-a-test'
let server: OpenAiServer
let house: House
const logged: string[] = []
const line = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields ?? {})}`)
const log = { debug: line, info: line, warn: line, error: line }
const clock = { nowMs: () => houseAtMs, schedule: () => () => undefined }
const models = (options: { readonly fallback?: boolean; readonly timeoutMs?: number } = {}) =>
  createOpenAiModels({
    apiKey: key,
    baseUrl: server.baseUrl,
    model: 'test-model',
    clock,
    log,
    timeoutMs: options.timeoutMs ?? 4000,
    attemptsMax: 2,
    backoffMs: 2,
    price: { inputMicros: 1_000_000, outputMicros: 2_000_000 },
    ...(options.fallback === false ? {} : { fallback: createOfflineModels() }),
  })
const open = async (options: Parameters<typeof models>[0] = {}) => openHouse({ models: models(options), log })

beforeAll(async () => {
  server = await openOpenAiServer()
  house = await open()
})
afterAll(async () => {
  await house.close()
  await server.close()
})

const route: Script = { kind: 'answer', value: { intent: 'general' } }
const hello: Script = {
  kind: 'answer',
  value: { text: 'Hello! Which area are you looking in?', claims: [], intent: 'general' },
}

describe('a model over Chat Completions', () => {
  it('routes, streams its answer and reports usage and cost', async () => {
    server.script(route, hello)
    const { reply, draft, verdict } = await new Chat(house).says('hello')
    expect(reply).toBe('Hello! Which area are you looking in?')
    expect(verdict?.deliver).toBe(true)
    expect(draft).toMatchObject({ model: 'test-model', costMicros: 1200 })
    expect(house.published.length).toBeGreaterThan(2)
    expect(server.requests.at(-1)?.authorization).toBe(`Bearer ${key}`)
  })

  it('uses our tools, and its figures are bound to what they brought', async () => {
    const listing = (await house.search.search({ workspace: 'acme', bedrooms: 3, limit: 1 })).listings[0]
    server.script(
      { kind: 'answer', value: { intent: 'property' } },
      { kind: 'call', name: 'search_listings', arguments: { bedrooms: 3, limit: 1 } },
      {
        kind: 'answer',
        value: {
          text: 'This 3 BHK may suit you.',
          claims: [
            {
              text: '3 BHK',
              kind: 'count',
              value: 3,
              source: { kind: 'listing', listingId: listing?.id, version: 1, field: 'bedrooms' },
            },
          ],
          intent: 'property',
          cards: [{ kind: 'listing', listingId: listing?.id }],
        },
      },
    )
    const { draft, verdict } = await new Chat(house).says('show me a 3 bhk flat')
    expect(verdict).toMatchObject({ deliver: true, problems: [] })
    expect(draft?.cards[0]).toMatchObject({ kind: 'listing', priceMinor: listing?.priceMinor })
    expect(draft?.dialogue).toMatchObject({ shown: [{ id: listing?.id }] })
  })

  it('an invented price is sent back once, and stopped when it is repeated', async () => {
    const invented: Script = { kind: 'answer', value: { text: 'It costs ₹50 L.', claims: [], intent: 'property' } }
    server.script({ kind: 'answer', value: { intent: 'property' } }, invented, invented)
    const { verdict } = await new Chat(house).says('show me a 3 bhk flat')
    expect(verdict).toMatchObject({ deliver: false, reason: 'ungrounded' })
    expect(server.requests.at(-1)?.body).toContain('could not be used')
  })

  it('its own word for its confidence and memory is not taken', async () => {
    server.script(route, {
      kind: 'answer',
      value: { text: 'Hm.', claims: [], intent: 'general', certainty: 1, dialogue: { wishes: { bedrooms: 9 } } },
    })
    const { draft } = await new Chat(house).says('quantum chromodynamics lattice gauge')
    expect(draft?.confidence).toBeLessThan(0.7)
    expect(JSON.stringify(draft?.dialogue)).not.toContain('9')
  })
})

describe('whatever the provider does ends in an answer, the fall-back or a hand-off', () => {
  it.each<readonly [string, Script]>([
    ['429 that passes', { kind: 'status', status: 429, retryAfter: '0' }],
    ['500 that passes', { kind: 'status', status: 500 }],
    ['a stream that is cut', { kind: 'cut' }],
  ])('%s is tried again', async (_name, script) => {
    server.script(script, route, hello)
    expect((await new Chat(house).says('hello')).draft?.model).toBe('test-model')
  })

  it.each<readonly [string, Script]>([
    ['500 that stays', { kind: 'status', status: 500 }],
    ['a key that is refused', { kind: 'status', status: 401 }],
    ['a limit that lasts an hour', { kind: 'status', status: 429, retryAfter: '3600' }],
    ['a stream that is always cut', { kind: 'cut' }],
  ])('%s is answered by the offline model', async (_name, script) => {
    const own = await open()
    server.script(script)
    const { reply, draft } = await new Chat(own).says('3 bhk in whitefield under 1.2 crore')
    expect(draft?.model).toBe('offline-rules')
    expect(reply).toContain('homes that fit')
    await own.close()
  })

  it('silence ends at the time-out and is answered by the offline model', async () => {
    const own = await open({ timeoutMs: 150 })
    server.script({ kind: 'silence' })
    expect((await new Chat(own).says('2 bhk in whitefield')).draft?.model).toBe('offline-rules')
    await own.close()
  })

  it.each<readonly [string, Script]>([
    ['nonsense for JSON', { kind: 'raw', arguments: '{"text": "hi", ' }],
    ['another schema', { kind: 'answer', value: { colour: 'blue' } }],
    ['plain words', { kind: 'words', text: 'I would rather not call a tool.' }],
    ['a tool without end', { kind: 'call', name: 'find_places', arguments: { words: ['x'] } }],
  ])('%s fails the work, which hands over as `assistant-failed`', async (_name, script) => {
    server.script(route, script)
    await expect(new Chat(house).says('hello')).rejects.toThrow(/answer|rounds|calls/u)
  })

  it('after five failures in a row the provider is left alone', async () => {
    const own = await open()
    server.script({ kind: 'status', status: 503 })
    const chat = new Chat(own)
    for (let turn = 0; turn < 3; turn++) await chat.says('2 bhk in whitefield')
    const before = server.requests.length
    await chat.says('show me others')
    expect(server.requests.length).toBe(before)
    await own.close()
  })

  it('an abort is an abort, not a reason to fall back', async () => {
    server.script({ kind: 'silence' })
    const abort = new AbortController()
    const asked = models().chat(
      {
        task: 'route',
        instructions: '',
        messages: [],
        tools: [],
        answerSchema: { type: 'object', properties: {} },
        context: {},
      },
      { signal: abort.signal },
    )
    abort.abort()
    await expect(asked).rejects.toThrow(/abort/iu)
  })

  it('the key is in no log and no error', async () => {
    server.script({ kind: 'status', status: 401 })
    const failed = models({ fallback: false }).chat(
      {
        task: 'route',
        instructions: '',
        messages: [],
        tools: [],
        answerSchema: { type: 'object', properties: {} },
        context: {},
      },
      { signal: new AbortController().signal },
    )
    const error: unknown = await failed.catch((reason: unknown) => reason)
    const told = error instanceof Error ? `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}` : ''
    expect(told).toContain('401')
    expect(`${told} ${logged.join('\n')} ${house.logged.join('\n')}`).not.toContain('sk-')
  })
})
