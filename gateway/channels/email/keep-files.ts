import { createHash } from 'node:crypto'
import type { Files } from '#runtime/ports/files.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import type { Attachment } from '#machines/content-contract.ts'
import { typeOfFile } from '../../files/sniff-type.ts'
import type { MailUpdate } from './read-mail.ts'

type Message = Extract<MailUpdate, { readonly kind: 'message' }>

/**
 * The mail with its files kept among ours, under keys that follow from its bytes: read again, it is the same files. It waits for a store that is away; what
 * the store refuses is only named, as before.
 */
export async function withFiles(
  update: Message,
  { workspace, raw, files }: { readonly workspace: string; readonly raw: Uint8Array; readonly files: Files },
): Promise<Message> {
  const mail = createHash('sha256').update(raw).digest('hex').slice(0, 32)
  const attachments = await Promise.all(
    update.attachments.map(async (each, index): Promise<Attachment> => {
      const bytes = update.contents[index]
      if (!('mediaId' in each) || bytes === undefined || bytes.byteLength === 0) return each
      try {
        const contentType = typeOfFile(bytes, each.mimeType)
        const stored = await files.put(`${workspace}/mail/${mail}-${index}`, once(bytes), { contentType })
        return { ...each, mimeType: stored.contentType, file: stored.key, sizeBytes: stored.sizeBytes }
      } catch (error) {
        if (error instanceof StorageError && error.code === 'file-refused') return each
        throw error
      }
    }),
  )
  return { ...update, attachments }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
