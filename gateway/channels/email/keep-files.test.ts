import { describe, expect, it } from 'vitest'
import { createMemoryFiles } from '#runtime/adapters/memory/files.ts'
import { composeMail } from './compose-mail.ts'
import { withFiles } from './keep-files.ts'
import { readMail } from './read-mail.ts'

const raw = Buffer.from(
  'From: Ana <ana@example.com>\nMessage-ID: <a@x>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee\n--b\n' +
    'Content-Type: image/jpeg; name="kitchen.jpg"\nContent-Disposition: attachment; filename="kitchen.jpg"\nContent-Transfer-Encoding: base64\n\n' +
    `${Buffer.from([0xff, 0xd8, 0xff, 1, 2]).toString('base64')}\n--b--`,
)

describe('files of a mail', () => {
  it('are kept byte for byte, and the same mail read again has the same ones', async () => {
    const files = createMemoryFiles()
    const kept = async () => {
      const update = await readMail(raw, 'sales@acme.example')
      if (update.kind !== 'message') throw new Error('it is a message')
      return (await withFiles(update, { workspace: 'acme', raw, files })).attachments
    }
    const [attachment] = await kept()
    expect(attachment).toMatchObject({ kind: 'image', mimeType: 'image/jpeg', filename: 'kitchen.jpg', sizeBytes: 5 })
    expect(await kept()).toEqual([attachment])
    const file = attachment !== undefined && 'file' in attachment ? (attachment.file ?? '') : ''
    const pieces: Uint8Array[] = []
    for await (const piece of (await files.read(file))?.content ?? []) pieces.push(piece)
    expect(Buffer.concat(pieces).toString('hex')).toBe('ffd8ff0102')
  })

  it('go along with ours, without words too', () => {
    const file = { content: Buffer.from('%PDF-'), contentType: 'application/pdf', filename: 'plan.pdf' }
    const frame = {
      from: { name: 'Acme', address: 'sales@acme.example' },
      to: 'ana@example.com',
      messageId: '<m@acme.example>',
      automatic: false,
      file,
    }
    const content = { kind: 'media', media: 'document', file: 'acme/sent/1', filename: 'plan.pdf' } as const
    expect(composeMail({ content }, frame)).toMatchObject({
      ok: true,
      draft: { subject: 'plan.pdf', attachments: [file] },
    })
  })
})
