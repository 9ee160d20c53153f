import { partsOf } from '#runtime/address.ts'
import type { Projection } from '#runtime/runtime.ts'
import type { BudgetFacts } from '#machines/budget-contract.ts'
import { collections, spendCollections } from './collections.ts'
import { factOf, toJson } from './shape.ts'

type Changed = BudgetFacts['budget-changed']

/** A month of a budget as it is now, with what lists go by. Key: the budget's address and the month. */
export interface SpendDocument extends Changed {
  readonly workspace: string
  /** The id of the budget: `messages` for the workspace's. */
  readonly budget: string
}

/** What messages cost, by budget and month. Each fact says all of its month. */
export const spendProjection: Projection = {
  name: 'spend',
  collections: [...spendCollections],
  wants: ({ address, type }) => partsOf(address).kind === 'budget' && type === 'budget-changed',
  async apply(fact) {
    const each = factOf<BudgetFacts>(fact)
    if (each.type !== 'budget-changed') return []
    const { workspace, id } = partsOf(fact.address)
    const value: SpendDocument = { ...each.data, workspace, budget: id }
    const key = `${fact.address}#${each.data.month}`
    return [{ op: 'put', collection: collections.spend, key, revision: fact.position, value: toJson(value) }]
  },
}
