import { describe, expect, it } from 'vitest'
import { mediaDefaults, type KeptMedia } from './media-contract.ts'
import { media, mediaKey } from './media.ts'
import { after, completed, failed, onStage, running, said, since, waited, type Stage } from './testing/harness.ts'

const file = { channel: 'whatsapp', account: '106540352242922', mediaId: '1003383421387256' }
const address = `acme/media/${mediaKey(file)}`
const fresh = onStage(media.machine, media.input(address, {}))
const hour = 60 * 60 * 1000
const day = 24 * hour
const asked = {
  type: 'media.asked',
  ...file,
  kind: 'image',
  mimeType: 'image/jpeg',
  sha256: 'c2hhMjU2',
  sentAtMs: fresh.atMs,
}
const kept = {
  outcome: 'kept',
  file: 'acme/media/one',
  mimeType: 'image/jpeg',
  sizeBytes: 4,
  sha256: 'c2hhMjU2',
} as const
const down: KeptMedia = { outcome: 'later', reason: 'Meta can not be reached' }

function answered(stage: Stage, output: KeptMedia): Stage {
  return completed(stage, running(stage, 'keep-media'), output)
}

/** The stage after its pause, when it is in one. */
function paused(stage: Stage): Stage {
  return waited(stage, Number(stage.snapshot.context.waitMs))
}

/** Asked for with this answer each time until nothing more is asked. */
function givenUp(stage: Stage, output: KeptMedia): Stage {
  let now = stage
  while (now.work.size > 0) now = paused(answered(now, output))
  return now
}

describe('a file of a message', () => {
  it('[M42] is fetched when it was told of, and is kept', () => {
    const stage = after(fresh, asked)
    const { type: _type, sentAtMs: _sent, ...input } = asked
    expect(running(stage, 'keep-media').input).toEqual({ ...input, attempt: 1 })
    const done = answered(stage, kept)
    const { outcome: _outcome, ...fact } = kept
    expect(said(done, 'media-kept')).toEqual([expect.objectContaining(fact)])
    expect(done.snapshot.value).toBe('kept')
  })

  it('[M42] told again while it is fetched, while it waits and once it is kept or lost, it changes nothing', () => {
    const stage = after(fresh, asked)
    const waiting = answered(stage, down)
    const lost = answered(stage, { outcome: 'lost', why: 'too-large', reason: 'it is larger than that' })
    for (const each of [stage, waiting, answered(stage, kept), lost]) {
      const again = after(each, { ...asked, sentAtMs: each.atMs })
      expect(since(again, each)).toEqual({ facts: [], sends: [], asked: [] })
      expect(again.snapshot.context).toEqual(each.snapshot.context)
    }
  })

  it('[M43] that can not be fetched now is asked for with growing pauses, an hour at most', () => {
    let stage = after(fresh, asked)
    const pauses: unknown[] = []
    for (let attempt = 0; attempt < 12; attempt++) {
      stage = answered(stage, down)
      pauses.push(said(stage, 'media-delayed').at(-1)?.['waitMs'])
      stage = paused(stage)
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600].map((each) => each * 1000))
    expect(answered(stage, kept).snapshot.value).toBe('kept')
    const slowed = answered(after(fresh, asked), { ...down, afterMs: 90_000 })
    expect(said(slowed, 'media-delayed')).toMatchObject([{ waitMs: 90_000 }])
  })

  it('[M43] is asked for again when fetching it broke off, or never came back', () => {
    const stage = after(fresh, asked)
    expect(failed(stage, running(stage, 'keep-media'), 'crashed').snapshot.value).toBe('waiting')
    expect(waited(stage, mediaDefaults.keepTimeoutMs).snapshot.value).toBe('waiting')
  })

  it('[M44] is lost when the week of its id is over, and says what kept it', () => {
    const stage = givenUp(after(fresh, asked), down)
    expect(said(stage, 'media-lost')).toMatchObject([{ why: 'expired', reason: 'Meta can not be reached' }])
    expect(stage.atMs - fresh.atMs).toBeGreaterThanOrEqual(7 * day)
    expect(stage.atMs - fresh.atMs).toBeLessThan(7 * day + 2 * hour)
  })

  it('[M44] told of only after its week, it is still asked for once', () => {
    const late = after(fresh, { ...asked, sentAtMs: fresh.atMs - 8 * day })
    expect(answered(late, kept).snapshot.value).toBe('kept')
    expect(said(answered(late, down), 'media-lost')).toMatchObject([{ why: 'expired' }])
  })

  it('[M44] that the provider does not know for an hour is lost; that is not what it says it is, at once', () => {
    const missing = givenUp(after(fresh, asked), { outcome: 'missing', reason: 'no such object' })
    expect(said(missing, 'media-lost')).toMatchObject([{ why: 'missing', reason: 'no such object' }])
    expect(missing.atMs - fresh.atMs).toBeLessThan(3 * hour)
    const wrong = answered(after(fresh, asked), { outcome: 'lost', why: 'mismatch', reason: 'it is no picture' })
    expect(said(wrong, 'media-lost')).toMatchObject([{ why: 'mismatch' }])
  })
})
