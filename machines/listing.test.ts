import { describe, expect, it } from 'vitest'
import { identity } from './identity.ts'
import { listing } from './listing.ts'
import { after, afterAll, onStage, said, type StageEvent } from './testing/harness.ts'

function put(hash: string): StageEvent {
  return { type: 'listing.put', content: { title: hash }, hash, source: 'import' }
}

describe('a listing', () => {
  const fresh = onStage(listing.machine, listing.input('acme/listing/h1', {}))

  it('[M20] raises its version with every change, and the same content again changes nothing', () => {
    const stage = afterAll(fresh, [put('a'), put('a'), put('b')])
    expect(said(stage, 'listing-changed').map((each) => each['version'])).toEqual([1, 2])
    expect(said(stage, 'listing-unchanged')).toEqual([{ type: 'listing-unchanged', version: 1 }])
  })

  it('[M20] withdrawn and put again is a new version, also with the same content', () => {
    const gone = after(after(fresh, put('a')), { type: 'listing.withdraw', reason: 'sold', by: 'm1' })
    expect(said(gone, 'listing-withdrawn')).toMatchObject([{ version: 2, reason: 'sold' }])
    expect(said(after(gone, put('a')), 'listing-changed').at(-1)).toMatchObject({ version: 3 })
    expect(after(fresh, { type: 'listing.withdraw', reason: 'x', by: 'm1' }).facts).toEqual([])
  })
})

describe('an identity', () => {
  it('[M14] belongs to the first who claims it, tells everybody who that is, and only the owner lets go', () => {
    const key = 'phone:+919845012345'
    const fresh = onStage(identity.machine, identity.input('acme/identity/p', {}))
    const stage = afterAll(fresh, [
      { type: 'identity.claim', lead: 'acme/lead/1', key },
      { type: 'identity.claim', lead: 'acme/lead/2', key },
      { type: 'identity.release', lead: 'acme/lead/2' },
    ])
    expect(stage.sends.map((each) => [each.to, each.event['lead']])).toEqual([
      ['acme/lead/1', 'acme/lead/1'],
      ['acme/lead/2', 'acme/lead/1'],
    ])
    expect(stage.snapshot.value).toBe('owned')
    expect(after(stage, { type: 'identity.release', lead: 'acme/lead/1' }).snapshot.value).toBe('free')
  })
})
