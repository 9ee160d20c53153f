/** What files a channel carries out, and as what: told before an upload, and checked again before a message. Pure. */

export type OutgoingKind = 'image' | 'video' | 'audio' | 'document'

interface FileRule {
  readonly bytesMax: number
  /** Absent: every type. */
  readonly mimeTypes?: readonly string[]
}

export type FileCheck =
  | { readonly ok: true; readonly kind: OutgoingKind }
  | { readonly ok: false; readonly why: 'no-files' | 'type' | 'empty' }
  | { readonly ok: false; readonly why: 'too-large'; readonly bytesMax: number }

/** Files of one command: each is a message of its own. */
export const filesAtOnceMax = 10

const mb = 1024 * 1024

/** Beyond these WhatsApp has no name for a document, and passes it on to nobody. Source: Meta's list of supported media. */
const documents = [
  'application/pdf',
  'text/plain',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
] as const

/** By channel, the first kind that takes a type. A channel that is not here carries no files. */
const rules: { readonly [channel: string]: { readonly [kind in OutgoingKind]?: FileRule } } = {
  whatsapp: {
    image: { bytesMax: 5 * mb, mimeTypes: ['image/jpeg', 'image/png'] },
    video: { bytesMax: 16 * mb, mimeTypes: ['video/mp4', 'video/3gpp'] },
    audio: { bytesMax: 16 * mb, mimeTypes: ['audio/aac', 'audio/amr', 'audio/mp4', 'audio/mpeg', 'audio/ogg'] },
    document: { bytesMax: 100 * mb, mimeTypes: documents },
  },
  // Most servers take a mail of 25 MB, and a file grows by a third on its way.
  email: {
    image: { bytesMax: 18 * mb, mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] },
    document: { bytesMax: 18 * mb },
  },
  widget: {
    image: { bytesMax: 25 * mb, mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] },
    video: { bytesMax: 100 * mb, mimeTypes: ['video/mp4'] },
    audio: { bytesMax: 25 * mb, mimeTypes: ['audio/mp4', 'audio/mpeg', 'audio/ogg'] },
    document: { bytesMax: 100 * mb },
  },
}

/** Whether a channel carries such a file, and as what. Parameters of the type are not looked at. */
export function checkOutgoingFile(
  channel: string,
  { mimeType, sizeBytes }: { readonly mimeType: string; readonly sizeBytes: number },
): FileCheck {
  const kinds = Object.entries(rules[channel] ?? {})
  if (kinds.length === 0) return { ok: false, why: 'no-files' }
  if (sizeBytes <= 0) return { ok: false, why: 'empty' }
  const type = mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const found = kinds.find(([, { mimeTypes }]) => mimeTypes === undefined || mimeTypes.includes(type))
  if (found === undefined) return { ok: false, why: 'type' }
  const [name, { bytesMax }] = found
  const kind = kindNames.find((each) => each === name) ?? 'document'
  return sizeBytes > bytesMax ? { ok: false, why: 'too-large', bytesMax } : { ok: true, kind }
}

const kindNames = ['image', 'video', 'audio', 'document'] as const
