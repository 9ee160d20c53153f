/** Where an actor lives: `workspace/kind/id`, for example `acme/lead/42`. Safe in URLs, NATS subjects and file names. */
export type Address = string & { readonly __brand: 'Address' }

export interface AddressParts {
  readonly workspace: string
  readonly kind: string
  readonly id: string
}

const part = /^[A-Za-z0-9_~:@+-]{1,128}$/

/** Builds an address. Throws a `TypeError` that names the bad part when one is empty, too long or has other characters. */
export function addressOf(workspace: string, kind: string, id: string): Address {
  for (const [name, value] of Object.entries({ workspace, kind, id })) {
    if (!part.test(value)) throw new TypeError(`address: ${name} ${JSON.stringify(value)} must match ${part.source}`)
  }
  return `${workspace}/${kind}/${id}` as Address
}

/** Parses text from outside; `undefined` when it is not an address. */
export function parseAddress(text: string): Address | undefined {
  const parts = text.split('/')
  return parts.length === 3 && parts.every((each) => part.test(each)) ? (text as Address) : undefined
}

/** The three parts of an address. */
export function partsOf(address: Address): AddressParts {
  const [workspace = '', kind = '', id = ''] = address.split('/')
  return { workspace, kind, id }
}

/** The partition an address hashes to (FNV-1a, 32 bits), from 0 to `count` - 1. */
export function partitionOf(address: Address, count: number): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < address.length; index++) {
    hash = Math.imul(hash ^ address.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % count
}
