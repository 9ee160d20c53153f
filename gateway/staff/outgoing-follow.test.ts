import { describe, expect, it } from 'vitest'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import { createLiveHub } from '../live-hub.ts'
import type { StaffFrame } from '../protocol.ts'
import { collections, outgoingCollections } from '../read-models/collections.ts'
import { reduceOutgoing } from '../read-models/outgoing-document.ts'
import { toJson } from '../read-models/shape.ts'
import { followOutgoing } from './outgoing-follow.ts'

const conversation = addressOf('acme', 'conversation', 'ana')
const lead = addressOf('acme', 'lead', 'ana')
const of = { conversation, lead, n: 2 }

const dispatch = addressOf('acme', 'dispatch', 'ana:2')

function fact(position: number, type: string, data: object): Fact {
  return {
    address: dispatch,
    type,
    data: data as Fact['data'],
    position,
    revision: position,
    index: 0,
    atMs: position,
    causedBy: `e${position}`,
  }
}

const asked = fact(1, 'dispatch-asked', {
  ...of,
  channel: 'whatsapp',
  purpose: 'service',
  sender: 'assistant',
  preview: '',
})
const went = (position: number, status: string) => fact(position, 'dispatch-changed', { ...of, status, attempt: 1 })
const withdrawn = { state: 'withdrawn', atMs: 1, source: 'words', proof: 'STOP' }
const stop: Fact = { ...fact(5, 'consent-changed', { scope: '*:marketing', consent: withdrawn }), address: lead }

/** `written`: how far the read models are; `journal`: all there ever was of the dispatch. */
async function follow({ written = [], journal = [] }: { written?: readonly Fact[]; journal?: readonly Fact[] } = {}) {
  const documents = openSqliteDocuments({ file: ':memory:', log: silentLog })
  for (const each of outgoingCollections) await documents.define(each)
  const way = written.reduce<ReturnType<typeof reduceOutgoing>>(
    (before, each) => reduceOutgoing(before, each),
    undefined,
  )
  if (way !== undefined) {
    const put = {
      op: 'put',
      collection: collections.outgoing,
      key: way.dispatch,
      revision: way.at,
      value: toJson(way),
    } as const
    await documents.write([put])
  }
  let tell: (told: Fact) => void = () => undefined
  const hub = createLiveHub({
    facts(_, listener) {
      tell = listener
      return () => undefined
    },
  } as Parameters<typeof createLiveHub>[0])
  const frames: StaffFrame[] = []
  const runtime = { journal: { facts: async () => journal } }
  const house = { hub, documents, clock: createManualClock(1000), log: silentLog, runtime } as unknown as Parameters<
    typeof followOutgoing
  >[1]
  const followed = followOutgoing({ conversation, lead }, house, (frame) => frames.push(frame))
  const statuses = () =>
    frames.flatMap((frame) => (frame.type === 'conversation.outgoing' ? [frame.outgoing.status] : []))
  return { followed, frames, statuses, tell: (each: Fact) => tell(each) }
}

describe('the ways out of a conversation somebody has open', () => {
  it('are as of now, and each that changes is told once', async () => {
    const { followed, statuses, tell } = await follow({ written: [asked, went(2, 'sent')] })
    expect((await followed.read()).outgoing).toMatchObject([{ n: 2, status: 'sent' }])
    tell(went(2, 'sent'))
    tell(went(3, 'read'))
    expect(statuses()).toEqual(['read'])
  })

  it('miss nothing that comes between asking and reading', async () => {
    const { followed, tell } = await follow({ written: [asked] })
    const reading = followed.read()
    tell(went(2, 'delivered'))
    tell(stop)
    const { outgoing, consents } = await reading
    expect([outgoing[0]?.status, consents[0]?.proof]).toEqual(['delivered', 'STOP'])
  })

  it('are made up from the journal where read models are late', async () => {
    const { followed, statuses, tell } = await follow({ journal: [asked, went(2, 'sent'), went(3, 'read')] })
    expect((await followed.read()).outgoing).toEqual([])
    tell(went(3, 'read'))
    await expect.poll(statuses).toEqual(['read'])
  })

  it('are of this conversation alone, and of its customer', async () => {
    const { followed, frames, tell } = await follow()
    await followed.read()
    tell(fact(2, 'dispatch-asked', { ...asked.data, conversation: 'acme/conversation/ravi' }))
    tell({ ...stop, address: addressOf('acme', 'lead', 'ravi') })
    expect(frames).toEqual([])
    followed.stop()
    tell(stop)
    expect(frames).toEqual([])
  })
})
