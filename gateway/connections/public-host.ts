import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** A server as it is to be connected to: `host` is an address that was looked at, `servername` what its certificate has to name. */
export interface ReachedHost {
  readonly host: string
  readonly servername?: string
}

/** Finds where a server that an admin named is. Throws a `PrivateHostError` where it is none of theirs to reach. */
export type HostFinder = (name: string) => Promise<ReachedHost>

/** The name leads into the network this server stands in. Its message is for the admin. */
export class PrivateHostError extends Error {
  override readonly name = 'PrivateHostError'
}

/** Any server: for tests, a rehearsal, and a mail server of one's own network. */
export const anyHost: HostFinder = async (name) => ({ host: name })

/** Every address a name has, as `dns.lookup` answers them. */
export type AddressesOf = (name: string) => Promise<readonly { readonly address: string }[]>

/**
 * Only servers that everybody can reach: none on this machine, in its network, or where a cloud tells its secrets. The address that was looked at is the
 * one to connect to, so that a name can't change what it stands for in between.
 */
export function publicHosts(addressesOf: AddressesOf = (name) => lookup(name, { all: true })): HostFinder {
  return async (name) => {
    const found = isIP(name) === 0 ? (await addressesOf(name)).map(({ address }) => address) : [name]
    const [first] = found
    if (first === undefined) throw Object.assign(new Error('there is no such host'), { code: 'ENOTFOUND' })
    if (!found.every(isPublic)) {
      throw new PrivateHostError(
        `${name} is in a private network, which this server does not connect to for a workspace.`,
      )
    }
    return { host: first, ...(isIP(name) === 0 ? { servername: name } : {}) }
  }
}

/** Whether an address is one of the open internet. Sources: IANA's special-purpose address registries. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !special.check(address, 'ipv4')
  return isIP(address) === 6 && unicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

const unicast = new BlockList()
// Beyond 2000::/3 nothing is routed; mapped, translated and local addresses all are.
unicast.addSubnet('2000::', 3, 'ipv6')

const special = new BlockList()
const ipv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const
// Within 2000::/3: Teredo, ORCHID and benchmarks, documentation, and 6to4, which carries an IPv4 address.
const ipv6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const
for (const [net, bits] of ipv4) special.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of ipv6) special.addSubnet(net, bits, 'ipv6')
