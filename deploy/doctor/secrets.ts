import type { Config } from '../config.ts'

/** Shorter ones would blot out words; nobody should have one. */
const lengthMin = 3

/** A value with every password and key of a configuration blotted out of its texts, as they are written and as they are meant. */
export function withoutSecrets<Value>(config: Config, value: Value): Value {
  const secrets = secretsIn(config)
  return blotted(value, (text) => secrets.reduce((sum, secret) => sum.replaceAll(secret, '•••'), text))
}

function secretsIn({ servers: { nats, mongoUrl, redisUrl }, openAi }: Config): readonly string[] {
  const addresses = [...(nats?.urls ?? []), mongoUrl ?? '', redisUrl ?? '']
  const found = [...addresses.flatMap(loginIn), openAi?.apiKey ?? '']
  return [...new Set(found)]
    .filter((secret) => secret.length >= lengthMin)
    .toSorted((one, other) => other.length - one.length)
}

/** A token in the user's place is one, too; an address may name several hosts, so it is not read as a URL. */
function loginIn(address: string): readonly string[] {
  const login = /^[a-z+]+:\/\/([^/?#]*)@/.exec(address)?.[1]
  if (login === undefined) return []
  const cut = login.indexOf(':')
  const secret = cut < 0 ? login : login.slice(cut + 1)
  return [secret, decoded(secret)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Of JSON and what is made of it: strings, lists and plain objects. */
function blotted<Value>(value: Value, blot: (text: string) => string): Value
function blotted(value: unknown, blot: (text: string) => string): unknown {
  if (typeof value === 'string') return blot(value)
  if (Array.isArray(value)) return value.map((each: unknown) => blotted(each, blot))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]: [string, unknown]) => [key, blotted(part, blot)]))
}
