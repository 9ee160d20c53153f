import { describe, expect, it } from 'vitest'
import { checkOutgoingFile } from './outgoing-files.ts'

const mb = 1024 * 1024
const check = (channel: string, mimeType: string, sizeBytes = 1000) =>
  checkOutgoingFile(channel, { mimeType, sizeBytes })

describe('a file that is to go out', () => {
  it('by WhatsApp is what Meta takes it for, within its size', () => {
    expect(check('whatsapp', 'image/jpeg')).toEqual({ ok: true, kind: 'image' })
    expect(check('whatsapp', 'audio/ogg; codecs=opus')).toEqual({ ok: true, kind: 'audio' })
    expect(check('whatsapp', 'application/pdf', 90 * mb)).toEqual({ ok: true, kind: 'document' })
    expect(check('whatsapp', 'image/png', 6 * mb)).toEqual({ ok: false, why: 'too-large', bytesMax: 5 * mb })
    expect(check('whatsapp', 'image/webp')).toEqual({ ok: false, why: 'type' })
    expect(check('whatsapp', 'application/octet-stream')).toEqual({ ok: false, why: 'type' })
  })

  it('by email may be anything that a mail holds, in the widget anything that may be uploaded', () => {
    expect(check('email', 'application/zip')).toEqual({ ok: true, kind: 'document' })
    expect(check('email', 'video/mp4', 20 * mb)).toMatchObject({ why: 'too-large' })
    expect(check('widget', 'image/webp')).toEqual({ ok: true, kind: 'image' })
    expect(check('widget', 'video/quicktime')).toEqual({ ok: true, kind: 'document' })
  })

  it('goes by no SMS, and empty by nothing', () => {
    expect(check('sms', 'image/jpeg')).toEqual({ ok: false, why: 'no-files' })
    expect(check('whatsapp', 'image/jpeg', 0)).toEqual({ ok: false, why: 'empty' })
  })
})
