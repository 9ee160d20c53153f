import type { Minting } from './minting.ts'

/** What somebody filled in on the form of an advertisement. */
export interface Lead {
  readonly id: string
  readonly createdAtMs: number
  readonly fields: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly disclaimers: readonly { readonly checkbox_key: string; readonly is_checked: '0' | '1' }[]
  readonly platform: 'fb' | 'ig'
  readonly from: 'advertisement' | 'test'
}

export type NewLead = Omit<Lead, 'id' | 'createdAtMs'>

const leadsMax = 5_000

/**
 * The leads of the form.
 * Owns them. 1. They are kept in the order in which they came, the newest `leadsMax`. 2. There is at most one test lead.
 */
export class Leads {
  readonly #minting: Minting
  readonly #leads = new Map<string, Lead>()

  constructor(minting: Minting) {
    this.#minting = minting
  }

  all(): readonly Lead[] {
    return [...this.#leads.values()]
  }

  find(id: string): Lead | undefined {
    return this.#leads.get(id)
  }

  add(lead: NewLead, createdAtMs: number): Lead {
    const added: Lead = { ...lead, id: this.#minting.digits(15), createdAtMs }
    this.#leads.set(added.id, added)
    const [oldest] = this.#leads.keys()
    if (this.#leads.size > leadsMax && oldest !== undefined) this.#leads.delete(oldest)
    return added
  }

  hasTestLead(): boolean {
    return this.all().some(({ from }) => from === 'test')
  }

  /** Answers whether there was one. */
  remove(id: string): boolean {
    return this.#leads.delete(id)
  }
}
