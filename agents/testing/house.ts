import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { Models } from '#runtime/ports/models.ts'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import type { Draft, RecentMessage, Route, TurnInput, Verdict } from '#machines/conversation-contract.ts'
import { createKnowledge } from '#rag/knowledge.ts'
import { listingCollection, listingProjection } from '#rag/listing-projection.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { sampleListings } from '#rag/sample.ts'
import { createListingSearch } from '#rag/search.ts'
import { createAgentEffects, type AgentEffects, type AgentEffectsOptions } from '../effects.ts'
import { createOfflineModels } from '../offline/model.ts'
import { jsonObject } from '../tools/tool.ts'
import { FakeVisitDesk } from './fake-visit-desk.ts'

/** Monday 23 November 2026, 11:30 in India. */
export const houseAtMs = Date.UTC(2026, 10, 23, 6)

/** A house of agents for tests: real listings and search, a manual clock, a calendar in memory. */
export interface House {
  readonly effects: AgentEffects
  readonly search: ListingSearch
  readonly desk: FakeVisitDesk
  readonly clock: ManualClock
  readonly published: { readonly topic: string; readonly message: Json }[]
  readonly logged: string[]
  close(): Promise<void>
}

/** What happened in one turn. `draft` and `verdict` are absent when the router handed over. */
export interface Played {
  readonly route: Route
  readonly draft?: Draft
  readonly verdict?: Verdict
  /** What the customer reads; absent when a person is to answer. */
  readonly reply?: string
}

/** Sample homes as the importer would have written them, and the agents over them. */
export async function openHouse(
  options: { readonly models?: Models; readonly homes?: 'sample' | 'none' } & Partial<AgentEffectsOptions> = {},
): Promise<House> {
  const quiet = (): void => undefined
  const documents = openSqliteDocuments({
    file: ':memory:',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  })
  await documents.define(listingCollection)
  const homes = options.homes === 'none' ? [] : sampleListings(1)
  for (const [position, content] of homes.entries()) {
    const fact: Fact = {
      type: 'listing-changed',
      data: { version: 1, content: jsonObject(content), source: 'sample' },
      position,
      address: addressOf('acme', 'listing', `home-${position + 1}`),
      revision: 1,
      index: 0,
      atMs: houseAtMs,
      causedBy: 'test',
    }
    await documents.write(await listingProjection.apply(fact, { get: async () => undefined }))
  }
  const search = createListingSearch({
    documents,
    live: { facts: () => () => undefined, position: () => 0, behind: () => false },
    journal: { facts: async () => [] },
  })
  const clock = createManualClock(houseAtMs)
  const desk = new FakeVisitDesk()
  const published: House['published'] = []
  const logged: string[] = []
  const line = (message: string, fields?: JsonObject): void =>
    void logged.push(`${message} ${JSON.stringify(fields ?? {})}`)
  const effects = createAgentEffects({
    models: createOfflineModels(),
    search,
    knowledge: createKnowledge(),
    calendarReads: { calendar: async () => ({ taken: desk.taken(), capacityPerSlot: 1 }) },
    visitDesk: desk,
    live: { publish: (topic, message) => void published.push({ topic, message }) },
    clock,
    log: { debug: line, info: line, warn: line, error: line },
    ...options,
  })
  return {
    effects,
    search,
    desk,
    clock,
    published,
    logged,
    close: async () => {
      search.close()
      await documents.close()
    },
  }
}

/** A customer's chat, played as the conversation machine would: route, answer, check, deliver; the memory is kept between turns. */
export class Chat {
  readonly #house: House
  readonly #options: Partial<TurnInput>
  #recent: RecentMessage[] = []
  #n = 0
  #turn = 0
  dialogue: TurnInput['dialogue'] = {}

  constructor(house: House, options: Partial<TurnInput> = {}) {
    this.#house = house
    this.#options = options
  }

  async says(...texts: readonly string[]): Promise<Played> {
    this.#turn += 1
    const messages = texts.map((text): RecentMessage => ({
      n: ++this.#n,
      by: 'customer',
      text,
      atMs: this.#house.clock.nowMs(),
    }))
    this.#recent = [...this.#recent, ...messages].slice(-12)
    const turn = this.#input(messages)
    const route = (await this.run('route', jsonObject(turn))) as unknown as Route
    if (route.handOff !== undefined) return { route }
    const draft = (await this.run('answer', jsonObject({ ...turn, route }))) as unknown as Draft
    const verdict = (await this.run('check', jsonObject({ turn, draft }))) as unknown as Verdict
    this.dialogue = draft.dialogue
    if (!verdict.deliver) return { route, draft, verdict }
    this.#recent = [
      ...this.#recent,
      { n: ++this.#n, by: 'assistant', text: draft.text, atMs: this.#house.clock.nowMs() },
    ]
    return { route, draft, verdict, reply: draft.text }
  }

  /** What a member writes while the chat is theirs. */
  hears(text: string): void {
    this.#recent = [...this.#recent, { n: ++this.#n, by: 'member', text, atMs: this.#house.clock.nowMs() }]
  }

  /** Runs one effect as the host would. */
  async run(name: 'route' | 'answer' | 'check', input: JsonObject): Promise<Json> {
    const address = addressOf('acme', 'conversation', 'c1')
    const request = { address, id: name, epoch: 1, name, input, key: `${address}#${name}#1` }
    return this.#house.effects[name].run(request, {
      signal: new AbortController().signal,
      attempt: 1,
      wanted: () => true,
    })
  }

  #input(messages: readonly RecentMessage[]): TurnInput {
    return {
      conversation: 'acme/conversation/c1',
      lead: 'acme/lead/c1',
      turn: this.#turn,
      epoch: 1,
      atMs: this.#house.clock.nowMs(),
      language: 'en',
      timeZone: 'Asia/Kolkata',
      messages,
      recent: this.#recent,
      dialogue: this.dialogue,
      guidance: [],
      customer: {},
      ...this.#options,
    }
  }
}
