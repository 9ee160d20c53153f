import { describe, expect, it } from 'vitest'
import { lead } from './lead.ts'
import { leadDefaults } from './lead-contract.ts'
import type { OutreachRequest } from './outreach-contract.ts'
import { message, opened, route } from './testing/conversation-script.ts'
import { heard } from './testing/event-script.ts'
import { completed, running, said, type StageEvent } from './testing/harness.ts'
import { Town } from './testing/town.ts'

const asha = 'acme/lead/asha'
const bela = 'acme/lead/bela'
const atMs = 1_800_000_000_000 + 6 * 60 * 60_000

function request(id: string, more: Partial<OutreachRequest> = {}): StageEvent {
  const asked: OutreachRequest = {
    dispatch: `acme/dispatch/${id}`,
    conversation: 'acme/conversation/asha',
    channel: 'whatsapp',
    purpose: 'marketing',
    sender: 'campaign',
    template: true,
    wantedAtMs: atMs,
    ...more,
  }
  return { type: 'outreach.asked', request: asked, atMs }
}

function agreed(): StageEvent {
  const consent = { state: 'given', atMs: atMs - 1000, source: 'lead-form', proof: 'whatsapp_optin=1' }
  return { type: 'consent.said', scope: 'whatsapp:marketing', consent, atMs }
}

function answers(town: Town, lead: string): readonly unknown[] {
  return said(town.at(lead), 'outreach-decided').map(({ decision }) => (decision as { outcome: string }).outcome)
}

describe('a lead of a workspace', () => {
  it('keeps of the gate’s settings what is another there, and nothing else', () => {
    const outreach = { zoneOffsetMinutes: 240, emailCap: 2, quietToMinute: 'late' }
    expect(lead.input('acme/lead/1', { outreach })).toMatchObject({
      settings: { outreach: { zoneOffsetMinutes: 240 } },
    })
    expect(lead.input('acme/lead/1', {})).toEqual({ address: 'acme/lead/1', settings: leadDefaults })
  })
})

describe('the gate in the lead', () => {
  it('[M27] two campaigns that ask at once get one message through under a cap of one, and each is told', () => {
    const town = new Town()
    town.tell(asha, { type: 'lead.captured', profile: { phone: '98450 12345' } })
    town.tell(asha, agreed())
    town.give(asha, request('a'))
    town.give(asha, request('b'))
    town.settle()
    expect(answers(town, asha)).toEqual(['send', 'hold'])
    const sent = town.at(asha).sends.filter(({ event }) => event.type === 'outreach.decided')
    expect(sent.map(({ to }) => to)).toEqual(['acme/dispatch/a', 'acme/dispatch/b'])
  })

  it('[M27] a message that did not go out gives its place back', () => {
    const town = new Town()
    town.tell(asha, agreed())
    town.tell(asha, request('a'))
    town.tell(asha, { type: 'outreach.released', dispatch: 'acme/dispatch/a' })
    town.tell(asha, request('b'))
    expect(answers(town, asha)).toEqual(['send', 'send'])
  })

  it('[M27] a merged lead passes the question on, and what it knew counts there', () => {
    const town = new Town()
    town.tell(asha, agreed())
    town.tell(asha, { type: 'lead.captured', profile: { phone: '98450 12345' } })
    town.tell(bela, { type: 'contact.wished', wish: 'stop', channel: 'email', saidAtMs: atMs, proof: 'STOP', atMs })
    town.tell(bela, { type: 'lead.captured', profile: { phone: '+91 98450 12345' } })
    expect(town.at(bela).snapshot.value).toBe('merged')
    town.tell(bela, request('a'))
    expect(said(town.at(asha), 'outreach-decided')).toMatchObject([
      { dispatch: 'acme/dispatch/a', decision: { outcome: 'refuse', reason: 'opted-out' } },
    ])
  })

  it('[M28] says what it decided, with its reason, also of what is not sent', () => {
    const town = new Town()
    town.tell(asha, request('a'))
    expect(said(town.at(asha), 'outreach-decided')).toMatchObject([
      { purpose: 'marketing', sender: 'campaign', decision: { outcome: 'refuse', reason: 'no-consent' } },
    ])
  })
})

describe('STOP and START in a conversation', () => {
  const chat = 'acme/conversation/asha'

  it('[M28] a stop reaches the gate, is no turn of the assistant, and lets what was unanswered rest', () => {
    const town = new Town()
    town.tell(chat, opened)
    town.tell(chat, message('a', '3 bhk in whitefield under 1.2 crore'))
    town.set(chat, completed(town.at(chat), running(town.at(chat), 'route'), route))
    expect(town.at(chat).work.size).toBe(1)
    town.tell(chat, message('b', 'Stop!'))
    expect(town.at(chat).work.size).toBe(0)
    expect(said(town.at(chat), 'turn-ended')).toMatchObject([{ outcome: 'dropped' }])
    expect(said(town.at(chat), 'message-added').at(-1)?.['author']).toEqual({ kind: 'system', notice: 'opted-out' })
    const [consent] = said(town.at(asha), 'consent-changed')
    expect(consent).toMatchObject({ scope: '*:marketing', consent: { state: 'withdrawn', proof: 'Stop!' } })
    town.tell(chat, message('c', 'what does it cost?'))
    expect(town.at(chat).work.size).toBe(1)
  })

  it('[M28] a stop in a closed conversation counts and does not open it; a start is said as such', () => {
    const town = new Town()
    town.tell(chat, opened)
    town.tell(chat, message('a', 'STOP'))
    town.tell(chat, { type: 'member.close', memberId: 'm1', name: 'Priya', reason: 'done' })
    town.tell(chat, message('b', 'band karo'))
    expect(town.at(chat).snapshot.value).toBe('closed')
    town.tell(chat, message('c', 'START'))
    expect(said(town.at(asha), 'consent-changed').map(({ consent }) => (consent as { state: string }).state)).toEqual([
      'withdrawn',
      'withdrawn',
      'given',
    ])
  })

  it('[M28] words that only look like it are a message like any other', () => {
    const town = new Town()
    town.tell(chat, opened)
    town.tell(chat, message('a', 'which bus stop is near?'))
    expect(said(town.at(asha), 'consent-changed')).toEqual([])
    expect(town.at(chat).work.size).toBe(1)
  })

  it('[M22] a person of a provider is introduced with how they are reached, and what is delivered to them says so', () => {
    const town = new Town()
    const contact = 'acme/contact/asha'
    town.tell(contact, { ...heard, atMs: heard.told.sentAtMs + 5000 })
    const context = town.at(chat).snapshot.context as { readonly reach: unknown; readonly customer: unknown }
    expect(context.reach).toEqual(heard.reach)
    expect(context.customer).toEqual({ name: 'Ana', phone: '+34600111222' })
    const ledger = (town.at(asha).snapshot.context as { readonly outreach: { readonly heard: object } }).outreach
    expect(ledger.heard).toEqual({ [chat]: { atMs: heard.told.sentAtMs } })
    town.tell(chat, { type: 'member.message', memberId: 'm', name: 'M', clientId: 'x', text: 'Hi', via: 'api' })
    expect(town.at(chat).asked.at(-1)?.input).toMatchObject({ channel: 'whatsapp', reach: heard.reach, text: 'Hi' })
  })
})
