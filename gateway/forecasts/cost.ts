import type { PriceList } from '#machines/message-price.ts'
import type { House } from '../house.ts'
import { monthAt, pricesIn, spendOf } from '../spend.ts'

/** What messages of a workspace cost. */
export function pricesOf({ config }: Pick<House, 'config'>, _workspace: string): PriceList {
  return pricesIn(config)
}

/** What is left of the budget of the month, in millionths; absent where there is none. */
export async function budgetLeft(
  house: Pick<House, 'documents' | 'config'>,
  workspace: string,
  atMs: number,
): Promise<number | undefined> {
  const { limitMicros, spentMicros, reservedMicros } = await spendOf(house, {
    workspace,
    month: monthAt(house, workspace, atMs),
  })
  return limitMicros === undefined ? undefined : Math.max(0, limitMicros - spentMicros - reservedMicros)
}
