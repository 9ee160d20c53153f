import { describe, expect, it } from 'vitest'
import { checkMedia, mediaRules } from './media-rules.ts'

const kinds = ['image', 'video', 'audio', 'document', 'sticker'] as const

describe('files that WhatsApp carries', () => {
  it.each(kinds)('take %s up to its limit, and not a byte more', (kind) => {
    const { bytesMax, mimeTypes = ['application/pdf'] } = mediaRules[kind]
    for (const mimeType of mimeTypes) {
      expect(checkMedia(kind, { mimeType, sizeBytes: bytesMax })).toEqual({ ok: true })
      expect(checkMedia(kind, { mimeType, sizeBytes: bytesMax + 1 })).toMatchObject({ ok: false })
    }
  })

  it('are refused with words that help', () => {
    expect(checkMedia('image', { mimeType: 'image/gif', sizeBytes: 10 })).toEqual({
      ok: false,
      reason: 'WhatsApp takes no image/gif as image; it takes image/jpeg, image/png.',
    })
    expect(checkMedia('sticker', { mimeType: 'image/webp', sizeBytes: 600_000 })).toEqual({
      ok: false,
      reason: 'A file sent as sticker may have 500 KB; this one is larger.',
    })
    expect(checkMedia('document', { mimeType: 'application/pdf', sizeBytes: 0 })).toMatchObject({ ok: false })
    expect(checkMedia('document', { mimeType: '', sizeBytes: 1 })).toMatchObject({ ok: false })
  })

  it('are known by their type, whatever its case and parameters', () => {
    expect(checkMedia('audio', { mimeType: 'audio/ogg; codecs=opus', sizeBytes: 1 })).toEqual({ ok: true })
    expect(checkMedia('image', { mimeType: 'IMAGE/JPEG', sizeBytes: 1 })).toEqual({ ok: true })
  })
})
