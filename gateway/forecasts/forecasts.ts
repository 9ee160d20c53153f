import { join } from 'node:path'
import { z } from 'zod'
import { leadDefaults } from '#machines/lead-contract.ts'
import { offsetMinutes } from '#agents/zoned-time.ts'
import { outreachDefaults, type OutreachSettings } from '#machines/outreach-contract.ts'
import type { ForecastReasonName } from '#machines/outreach-forecast.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { ForecastAsk, ForecastReasonView, ForecastResult, ForecastView } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import type { PersonDocument } from '../read-models/person-document.ts'
import { fromJson, maybe, toJson } from '../read-models/shape.ts'
import { unlessAway } from '../when-away.ts'
import { audienceSize, type AudienceParts } from './audience.ts'
import { budgetLeft, pricesOf } from './cost.ts'
import { countForecast, type Counted } from './count.ts'
import { PeopleFiles, readPeople, removePeople } from './people-files.ts'
import { planOf, type Planned } from './plan.ts'

/** Forecasts of a house: asked for, counted in the background by the gateway that was asked, looked at, stopped. */
export interface Forecasts {
  /** Begins to count. Throws a `GatewayError` that says what to do where it can't be planned, or too many are counted already. */
  begin(by: { readonly workspace: string; readonly name: string }, asked: ForecastAsk): Promise<ForecastView>
  get(workspace: string, id: string): Promise<ForecastView>
  /** The newest first. */
  list(workspace: string): Promise<readonly ForecastView[]>
  /** Stops one that is counted; takes one that is done away. */
  end(workspace: string, id: string): Promise<void>
  /** The people as CSV, of one reason or of all. Throws where the list is on another gateway's disk. */
  people(workspace: string, id: string, reason?: ForecastReasonName): Promise<AsyncIterable<string>>
  stop(): Promise<void>
}

/** Makes the forecasts of a gateway. */
export function createForecasts(house: House): Forecasts {
  return new BackgroundForecasts(house)
}

/** What is counted at once, and kept, of a workspace; and how often a count is told and for how long it then counts as going on. */
export const forecastLimits = { runningMax: 2, keptMax: 20, everyMs: 500, heldMs: 15_000 } as const

const collection = 'forecasts'
const stopTopic = 'forecasts/stop'
const idShape = /^[A-Za-z0-9_-]{1,128}$/
const stopShape = z.object({ workspace: z.string(), id: z.string() })
/** A gateway wrote it: what is in it is taken at its word. */
const viewShape = z.record(z.string(), z.json())
const noSuch = 'There is no such forecast: it was taken away, or is too old. Ask for a new one.'

interface Running {
  view: ForecastView
  done: Promise<void>
  readonly stop: AbortController
}

/**
 * Owns the forecasts counted here. 1. A view is in the records from its beginning, so every gateway knows it; how far it is, is told in the ephemeral store.
 * 2. One nobody tells of any more has ended with its gateway. 3. At most `runningMax` at once in a workspace, as far as that can be known.
 */
class BackgroundForecasts implements Forecasts {
  readonly #house: House
  readonly #running = new Map<string, Running>()
  readonly #unsubscribe: () => void

  constructor(house: House) {
    this.#house = house
    this.#unsubscribe = house.ephemeral.subscribe(stopTopic, (message) => {
      const told = stopShape.safeParse(message)
      if (told.success) this.#running.get(`${told.data.workspace}/${told.data.id}`)?.stop.abort(stopped)
    })
  }

  async begin(by: { readonly workspace: string; readonly name: string }, asked: ForecastAsk): Promise<ForecastView> {
    const { workspace, name } = by
    const { clock, documents, ids } = this.#house
    const planned = await planOf(this.#house, workspace, asked)
    // 3.
    if ((await this.#runningIn(workspace)) >= forecastLimits.runningMax) {
      throw new GatewayError('conflict', 'Other forecasts are being counted: wait until they are done, or stop one.')
    }
    const stop = new AbortController()
    const { leads: _leads, contacts: _contacts, ...audience } = asked.audience
    const parts = {
      documents,
      workspace,
      audience: asked.audience,
      countryCode: leadDefaults.countryCode,
      signal: stop.signal,
    }
    const view: ForecastView = {
      id: ids.next('forecast'),
      status: 'counting',
      asked: { ...asked, audience },
      by: name,
      createdAtMs: clock.nowMs(),
      looked: 0,
      of: await audienceSize(parts),
      account: planned.account,
    }
    await this.#start({ view, stop, done: Promise.resolve() }, parts, planned)
    return view
  }

  async get(workspace: string, id: string): Promise<ForecastView> {
    const here = this.#running.get(`${workspace}/${id}`)
    if (here !== undefined) return here.view
    const stored = idShape.test(id) ? await this.#house.records.get(collection, `${workspace}/${id}`) : undefined
    if (stored === undefined) throw new GatewayError('not-found', noSuch)
    const view = fromJson<ForecastView>(stored.value)
    if (view.status !== 'counting') return view
    const elsewhere = await this.#elsewhere(workspace)
    if (elsewhere === undefined) return view
    // 2.
    return elsewhere.get(id) ?? { ...view, status: 'failed', problem: 'The server stopped meanwhile. Ask again.' }
  }

  async list(workspace: string): Promise<readonly ForecastView[]> {
    const views = await this.#stored(workspace)
    const now = await Promise.all(
      views.map(async (view) => (view.status === 'counting' ? this.get(workspace, view.id) : view)),
    )
    return now.toSorted((one, other) => other.createdAtMs - one.createdAtMs)
  }

  async end(workspace: string, id: string): Promise<void> {
    const { status } = await this.get(workspace, id)
    if (status === 'counting') {
      this.#house.ephemeral.publish(stopTopic, { workspace, id })
      await this.#running.get(`${workspace}/${id}`)?.done
      return
    }
    await this.#remove(workspace, id)
  }

  async people(workspace: string, id: string, reason?: ForecastReasonName): Promise<AsyncIterable<string>> {
    const { status } = await this.get(workspace, id)
    if (status === 'counting') throw new GatewayError('conflict', 'It is still being counted: wait until it is done.')
    const lines = await readPeople(this.#folder(id), reason)
    if (lines !== undefined) return lines
    throw new GatewayError('unavailable', 'This list is not on the server that answers now. Try again, or count again.')
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    const all = [...this.#running.values()]
    for (const each of all) each.stop.abort(new Error('the server stops'))
    await Promise.all(all.map((each) => each.done))
  }

  async #start(running: Running, parts: AudienceParts, planned: Planned): Promise<void> {
    const { workspace } = parts
    const key = `${workspace}/${running.view.id}`
    this.#running.set(key, running)
    const silence = this.#tellOf(workspace, running)
    const over = (): void => {
      this.#running.delete(key)
      silence()
    }
    await this.#keep(workspace, running.view).catch((error: unknown) => {
      over()
      throw error
    })
    running.done = this.#count(running, parts, planned)
      .then((last) => this.#keep(workspace, last))
      .then(() => this.#forgetOld(workspace))
      .catch((error: unknown) => this.#house.log.error('a forecast could not be kept', { error: String(error) }))
      .finally(over)
  }

  async #count(running: Running, parts: AudienceParts, { plan }: Planned): Promise<ForecastView> {
    const { view, stop } = running
    const { clock, log } = this.#house
    const prices = pricesOf(this.#house, parts.workspace)
    const files = new PeopleFiles(this.#folder(view.id))
    try {
      await files.begin()
      const counted = await countForecast({
        ...parts,
        plan,
        startAtMs: view.asked.startAtMs,
        settings: outreachIn(this.#house, parts.workspace),
        prices,
        onPage: async (judged, looked) => {
          await files.add(judged)
          running.view = { ...running.view, looked: running.view.looked + looked }
        },
      })
      await files.end()
      const leftMicros = await budgetLeft(this.#house, parts.workspace, view.asked.startAtMs)
      const { currency, assumed } = prices
      const cost = {
        micros: counted.forecast.costMicros,
        currency,
        ...maybe('assumed', assumed),
        ...maybe('leftMicros', leftMicros),
      }
      const result = { ...(await this.#resultOf(counted)), cost, tookMs: clock.nowMs() - view.createdAtMs }
      return { ...running.view, status: 'done', ...maybe('list', counted.list), result }
    } catch (error) {
      await files.end().catch(() => undefined)
      await removePeople(this.#folder(view.id)).catch(() => undefined)
      if (stop.signal.aborted) return { ...running.view, status: 'stopped' }
      log.error('a forecast failed', { forecast: view.id, error: String(error) })
      return { ...running.view, status: 'failed', problem: 'The people could not be read. Ask again in a moment.' }
    }
  }

  async #resultOf({ forecast }: Counted): Promise<Omit<ForecastResult, 'cost' | 'tookMs'>> {
    const { reasons, costMicros: _cost, ...rest } = forecast
    const names = await this.#namesOf(Object.values(reasons).flatMap(({ sample }) => sample))
    const shown = Object.entries(reasons).map(([reason, each]): ForecastReasonView => {
      const sample = each.sample.map((lead) => ({ lead, name: names.get(lead) ?? '' }))
      // The keys of the tally are its reasons.
      return { ...each, reason: reason as ForecastReasonName, sample }
    })
    return { ...rest, reasons: shown.toSorted((one, other) => other.count - one.count) }
  }

  async #namesOf(leads: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await this.#house.documents.getMany(collections.people, [...new Set(leads)])
    return new Map(
      found.map(({ key, value }) => {
        const { name, phone, email } = fromJson<PersonDocument>(value)
        return [key, name ?? phone ?? email ?? '']
      }),
    )
  }

  async #runningIn(workspace: string): Promise<number> {
    const here = [...this.#running.keys()].filter((key) => key.startsWith(`${workspace}/`)).length
    return Math.max(here, (await this.#elsewhere(workspace))?.size ?? 0)
  }

  /** Those counted on any gateway, by id; `undefined` while that can't be known. */
  async #elsewhere(workspace: string): Promise<ReadonlyMap<string, ForecastView> | undefined> {
    const found = await unlessAway(this.#house.ephemeral.members(`forecasts/${workspace}`, 100))
    return found && new Map(found.map(({ name, value }) => [name, fromJson<ForecastView>(viewShape.parse(value))]))
  }

  /** Tells how far a count is, to those who ask another gateway, until it has ended. */
  #tellOf(workspace: string, running: Pick<Running, 'view'>): () => void {
    const { clock, ephemeral, log } = this.#house
    const group = `forecasts/${workspace}`
    const failed = (error: unknown): void =>
      log.warn('how far a forecast is could not be told', { error: String(error) })
    let cancel = (): void => {}
    const tell = (): void => {
      const { id } = running.view
      unlessAway(ephemeral.join(group, { name: id, value: toJson(running.view) }, forecastLimits.heldMs)).catch(failed)
      cancel = clock.schedule(clock.nowMs() + forecastLimits.everyMs, tell)
    }
    tell()
    return () => {
      cancel()
      unlessAway(ephemeral.leave(group, running.view.id)).catch(failed)
    }
  }

  async #stored(workspace: string): Promise<readonly ForecastView[]> {
    const stored = await this.#house.records.list(collection, `${workspace}/`, 10 * forecastLimits.keptMax)
    return stored.map(({ value }) => fromJson<ForecastView>(value))
  }

  async #forgetOld(workspace: string): Promise<void> {
    const views = (await this.#stored(workspace)).filter(({ status }) => status !== 'counting')
    const old = views.toSorted((one, other) => other.createdAtMs - one.createdAtMs).slice(forecastLimits.keptMax)
    for (const { id } of old) await this.#remove(workspace, id)
  }

  async #remove(workspace: string, id: string): Promise<void> {
    await this.#house.records.delete(collection, `${workspace}/${id}`)
    await removePeople(this.#folder(id))
  }

  async #keep(workspace: string, view: ForecastView): Promise<void> {
    const key = `${workspace}/${view.id}`
    const before = await this.#house.records.get(collection, key)
    await this.#house.records.put(collection, key, toJson(view), before?.revision ?? 0)
  }

  #folder(id: string): string {
    return join(this.#house.config.importFolder, 'forecasts', id)
  }
}

const stopped = new Error('it was stopped')

/** The gate's settings as the workspace's leads are made with. */
function outreachIn({ config, clock }: House, workspace: string): OutreachSettings {
  const { timeZone } = config.workspaces[workspace] ?? {}
  const zone = timeZone === undefined ? {} : { zoneOffsetMinutes: offsetMinutes(clock.nowMs(), timeZone) }
  return { ...outreachDefaults, ...zone, ...config.outreach }
}
