import type { NamedFinding } from '../../protocol.ts'

/** Looks names up. `node:dns/promises` does; tests have their own. */
export interface TextResolver {
  /** The TXT records of a name, each in its parts. Rejects with code `ENOTFOUND` or `ENODATA` where there are none. */
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>
}

type Looked = readonly string[] | 'away'

/** Selectors that the large providers sign with; nothing in the domain says which is used. */
const selectors = [
  'google',
  'selector1',
  'selector2',
  's1',
  's2',
  'k1',
  'k2',
  'k3',
  'default',
  'mail',
  'dkim',
  'zoho',
  'fm1',
  'pm',
]

/**
 * Whether other mail servers can tell that mail of this domain is ours: SPF, DKIM and DMARC, with advice. Large providers refuse bulk mail without them.
 */
export async function domainHealth(domain: string, resolver: TextResolver): Promise<readonly NamedFinding[]> {
  const look = (name: string) => textsOf(name, resolver)
  const [own, dmarc, keys] = await Promise.all([
    look(domain),
    dmarcOf(domain, look),
    Promise.all(selectors.map(async (each) => [each, await look(`${each}._domainkey.${domain}`)] as const)),
  ])
  return [
    { id: 'spf', ...spfFinding(own) },
    { id: 'dkim', ...dkimFinding(keys) },
    { id: 'dmarc', ...dmarcFinding(dmarc, domain) },
  ]
}

type Found = Omit<NamedFinding, 'id'>

const unknown: Found = {
  ok: false,
  what: 'Not known: the name could not be looked up.',
  whatToDo: 'Check again in a minute.',
}

function spfFinding(texts: Looked): Found {
  if (texts === 'away') return unknown
  const records = texts.filter((each) => /^v=spf1(?:\s|$)/iu.test(each))
  const [record = ''] = records
  if (records.length === 0) {
    const whatToDo = 'Add the TXT record your mail provider names, such as “v=spf1 include:_spf.example.com ~all”.'
    return { ok: false, what: 'The domain does not say which servers send its mail.', whatToDo }
  }
  if (records.length > 1) {
    return { ok: false, what: 'There are several SPF records, so none counts.', whatToDo: 'Join them into one.' }
  }
  if (/\s\+?all\b/iu.test(record)) {
    return { ok: false, what: 'The SPF record lets everybody send as you.', whatToDo: 'Let it end with ~all or -all.' }
  }
  return { ok: true, what: record.slice(0, 200) }
}

function dkimFinding(keys: readonly (readonly [selector: string, texts: Looked])[]): Found {
  const found = keys.find(([, texts]) => texts !== 'away' && texts.some((each) => /(?:^|;)\s*p=[^;\s]/u.test(each)))
  if (found !== undefined) return { ok: true, what: `A key is published under the selector “${found[0]}”.` }
  if (keys.some(([, texts]) => texts === 'away')) return unknown
  return {
    ok: false,
    what: 'No key was found under the usual selectors.',
    whatToDo:
      'Switch DKIM signing on at your mail provider and publish the key it names. With a selector of your own all may be well.',
  }
}

function dmarcFinding(texts: Looked, domain: string): Found {
  if (texts === 'away') return unknown
  const record = texts.find((each) => /^v=DMARC1\b/iu.test(each))
  if (record === undefined) {
    const whatToDo = `Add the TXT record _dmarc.${domain} with “v=DMARC1; p=none; rua=mailto:…” and raise p later.`
    return { ok: false, what: 'The domain does not say what to do with forged mail.', whatToDo }
  }
  const policy = /;\s*p\s*=\s*(\w+)/iu.exec(record)?.[1]?.toLowerCase()
  if (policy === 'quarantine' || policy === 'reject') return { ok: true, what: `Forged mail: ${policy}.` }
  if (policy === 'none')
    return { ok: true, what: 'Forged mail is only reported. Raise p to quarantine once reports are clean.' }
  return { ok: false, what: 'The DMARC record names no policy.', whatToDo: 'Add p=none, p=quarantine or p=reject.' }
}

/** The domain's own record, else that of the domain above it. */
async function dmarcOf(domain: string, look: (name: string) => Promise<Looked>): Promise<Looked> {
  const own = await look(`_dmarc.${domain}`)
  const above = domain.slice(domain.indexOf('.') + 1)
  if (own === 'away' || own.length > 0 || !above.includes('.')) return own
  return look(`_dmarc.${above}`)
}

async function textsOf(name: string, resolver: TextResolver): Promise<Looked> {
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : 'away'
  }
}
