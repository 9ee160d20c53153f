import { partsOf } from '#runtime/address.ts'
import { Gauge, type Registry } from 'prom-client'
import type { BrakeName } from '#machines/account-contract.ts'
import type { House } from '../house.ts'
import type { ChannelAccountView } from '../protocol.ts'
import { accountView, type AccountDocument } from '../read-models/account-projection.ts'
import { collections } from '../read-models/collections.ts'
import { fromJson } from '../read-models/shape.ts'
import type { StaffSession } from './staff-session.ts'

const accountsMax = 100

/** Tells every console which accounts are kept from sending, whenever that changes. The returned function ends it. */
export function watchAccounts(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>): () => void {
  const tell = async (workspace: string): Promise<void> => {
    const accounts = await namedAccounts(house, workspace)
    for (const session of sessionsOf(workspace)) session.send({ type: 'accounts', accounts })
  }
  return house.hub.onAll(({ type, address }) => {
    const { workspace } = partsOf(address)
    if (type !== 'account-changed' || sessionsOf(workspace).size === 0) return
    tell(workspace).catch((error: unknown) => house.log.warn('an account was not shown', { reason: String(error) }))
  })
}

/** Accounts of a workspace, as the read model has them. */
async function accountsOf(
  { documents }: Pick<House, 'documents'>,
  workspace: string,
): Promise<readonly ChannelAccountView[]> {
  const page = await documents.query({
    collection: collections.accounts,
    where: [{ field: 'workspace', op: '=', value: workspace }],
    limit: accountsMax,
  })
  return page.documents.map(({ value }) => accountView(fromJson<AccountDocument>(value)))
}

/** The same with their numbers as people write them; without where the connections do not open. */
export async function namedAccounts(
  house: Pick<House, 'documents' | 'connections'>,
  workspace: string,
): Promise<readonly ChannelAccountView[]> {
  const [accounts, numbers] = await Promise.all([
    accountsOf(house, workspace),
    house.connections.whatsapp(workspace).catch(() => []),
  ])
  return accounts.map((each) => {
    const number = each.channel === 'whatsapp' ? numbers.find(({ account }) => account === each.account) : undefined
    const { displayNumber = '' } = number ?? {}
    return displayNumber === '' ? each : { ...each, displayNumber }
  })
}

/** Counts the accounts that are kept from sending; while the read models do not answer, nothing is told. */
export function accountGauge(house: Pick<House, 'documents' | 'config'>, registry: Registry): void {
  const gauge = new Gauge({
    name: 'fineacers_accounts_kept_back',
    help: 'Accounts at providers that are kept from sending, by what keeps them: stopped until somebody acts, slowed, campaigns paused, templates blocked.',
    labelNames: ['brake'],
    registers: [registry],
    async collect() {
      const all = await Promise.all(
        Object.keys(house.config.workspaces).map((workspace) => accountsOf(house, workspace)),
      ).catch(() => undefined)
      if (all === undefined) return this.reset()
      for (const brake of brakes) {
        this.set({ brake }, all.flat().filter((each) => each.brakes[brake] !== undefined).length)
      }
    },
  })
  for (const brake of brakes) gauge.set({ brake }, 0)
}

const brakes: readonly BrakeName[] = ['stopped', 'slowed', 'campaigns', 'templates']
