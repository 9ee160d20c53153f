import { describe, expect, it } from 'vitest'
import { domainHealth } from './domain-health.ts'

type Zone = { readonly [name: string]: readonly string[] | 'away' }

async function health(zone: Zone, domain = 'acme.example') {
  const found = await domainHealth(domain, {
    async resolveTxt(name) {
      const texts = zone[name]
      if (texts === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' })
      if (texts === 'away') throw Object.assign(new Error('away'), { code: 'ETIMEOUT' })
      return texts.map((text) => [text.slice(0, 5), text.slice(5)])
    },
  })
  return Object.fromEntries(found.map(({ id, ...rest }) => [id, rest]))
}

const good: Zone = {
  'acme.example': ['something=else', 'v=spf1 include:_spf.example.com ~all'],
  's1._domainkey.acme.example': ['v=DKIM1; k=rsa; p=MIIBIjANBg'],
  '_dmarc.acme.example': ['v=DMARC1; p=quarantine; rua=mailto:d@acme.example'],
}

describe('the health of a domain', () => {
  it('is good with SPF, a key and a policy', async () => {
    expect(await health(good)).toMatchObject({ spf: { ok: true }, dkim: { ok: true }, dmarc: { ok: true } })
    expect((await health(good, 'mail.acme.example'))['dmarc']).toMatchObject({ ok: true })
  })

  it('of an empty domain says what to add', async () => {
    const found = await health({})
    for (const id of ['spf', 'dkim', 'dmarc']) {
      expect(found[id]).toMatchObject({ ok: false, whatToDo: expect.any(String) })
    }
  })

  it.each<[Zone, string, readonly [ok: boolean, what: RegExp]]>([
    [{ 'acme.example': ['v=spf1 a ~all', 'v=spf1 mx -all'] }, 'spf', [false, /several/]],
    [{ 'acme.example': ['v=spf1 +all'] }, 'spf', [false, /everybody/]],
    [{ 'acme.example': ['v=spf1 all'] }, 'spf', [false, /everybody/]],
    [{ 'acme.example': ['v=spf1 include:install-all.example -all'] }, 'spf', [true, /install/]],
    [{ 'acme.example': 'away' }, 'spf', [false, /could not be looked up/]],
    [{ 's1._domainkey.acme.example': ['v=DKIM1; p='] }, 'dkim', [false, /No key/]],
    [{ 's1._domainkey.acme.example': 'away' }, 'dkim', [false, /could not be looked up/]],
    [{ '_dmarc.acme.example': ['v=DMARC1; p=none'] }, 'dmarc', [true, /only reported/]],
    [{ '_dmarc.acme.example': ['v=DMARC1; rua=mailto:x@y'] }, 'dmarc', [false, /no policy/]],
  ])('%j: of %s it is %j', async (zone, id, [ok, what]) => {
    expect((await health(zone))[id]).toMatchObject({ ok, what: expect.stringMatching(what) })
  })
})
