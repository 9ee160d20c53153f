import { Gauge, type Registry } from 'prom-client'
import { offsetMinutes } from '#agents/zoned-time.ts'
import { wholeBudget } from '#machines/budget-contract.ts'
import { monthOf } from '#machines/calendar-month.ts'
import { assumedPrices, type PriceList } from '#machines/message-price.ts'
import type { House } from './house.ts'
import type { SpendView } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import { fromJson, maybe } from './read-models/shape.ts'
import type { SpendDocument } from './read-models/spend-projection.ts'

type Books = Pick<House, 'documents' | 'config'>

/** What messages of this house cost, or are assumed to. */
export function pricesIn({ prices }: Books['config']): PriceList {
  return prices ?? assumedPrices
}

/** The calendar month an instant is in where the workspace is. */
export function monthAt({ config }: Pick<House, 'config'>, workspace: string, atMs: number): string {
  return monthOf(atMs, offsetMinutes(atMs, config.workspaces[workspace]?.timeZone ?? 'UTC'))
}

/** What a month of a budget has come to. A month nothing happened in has the limit of the latest before it, or of the settings. */
export async function spendOf(
  house: Books,
  { workspace, month, budget = wholeBudget }: { workspace: string; month: string; budget?: string },
): Promise<SpendView> {
  const page = await house.documents.query({
    collection: collections.spend,
    where: [
      { field: 'workspace', op: '=', value: workspace },
      { field: 'budget', op: '=', value: budget },
      { field: 'month', op: '<=', value: month },
    ],
    order: [{ field: 'month', direction: 'descending' }],
    limit: 1,
  })
  const [found] = page.documents.map(({ value }) => fromJson<SpendDocument>(value))
  const { currency, assumed } = pricesIn(house.config)
  const limitMicros = found === undefined ? house.config.budgetMicros : found.limitMicros
  const lines = found?.month === month ? found.lines.filter(({ messages }) => messages > 0) : []
  return {
    month,
    currency: (lines.length > 0 ? found?.currency : undefined) ?? currency,
    ...maybe('assumed', assumed),
    ...maybe('limitMicros', limitMicros),
    spentMicros: lines.reduce((sum, { micros }) => sum + micros, 0),
    reservedMicros: found?.month === month ? found.reservedMicros : 0,
    holding: found?.month === month && found.holding,
    lines,
  }
}

/** Tells what messages of this month have cost, and how much of its limit that is; while the read models do not answer, nothing is told. */
export function spendGauges(house: Books & Pick<House, 'clock'>, registry: Registry): void {
  const views = () =>
    Promise.all(
      Object.keys(house.config.workspaces).map(async (workspace) => {
        const month = monthAt(house, workspace, house.clock.nowMs())
        return { workspace, view: await spendOf(house, { workspace, month }) }
      }),
    ).catch(() => undefined)
  const spent = new Gauge({
    name: 'fineacers_spend_this_month',
    help: "What messages of this calendar month have cost, in the currency of the workspace's prices.",
    labelNames: ['workspace', 'channel', 'category'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { workspace, view } of (await views()) ?? []) {
        for (const { channel, category, micros } of view.lines) {
          this.set({ workspace, channel, category }, micros / 1_000_000)
        }
      }
    },
  })
  const share = new Gauge({
    name: 'fineacers_spend_of_limit_ratio',
    help: 'How much of the limit of this month is spent, from 0 to 1; absent without a limit.',
    labelNames: ['workspace'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { workspace, view } of (await views()) ?? []) {
        if (view.limitMicros === undefined) continue
        this.set({ workspace }, view.limitMicros === 0 ? 1 : view.spentMicros / view.limitMicros)
      }
    },
  })
  spent.reset()
  share.reset()
}
