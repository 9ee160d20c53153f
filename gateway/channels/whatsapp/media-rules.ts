/** A kind of file as WhatsApp tells them apart. */
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker'

interface MediaRule {
  readonly bytesMax: number
  /** Absent: every type. */
  readonly mimeTypes?: readonly string[]
}

const mb = 1024 * 1024

/** What Meta takes and sends, by kind. Source: whatsapp-and-lead-ads 6.6 for the sizes; the types of audio and video are Meta's list. */
export const mediaRules: { readonly [kind in MediaKind]: MediaRule } = {
  image: { bytesMax: 5 * mb, mimeTypes: ['image/jpeg', 'image/png'] },
  video: { bytesMax: 16 * mb, mimeTypes: ['video/mp4', 'video/3gpp'] },
  audio: { bytesMax: 16 * mb, mimeTypes: ['audio/aac', 'audio/amr', 'audio/mp4', 'audio/mpeg', 'audio/ogg'] },
  document: { bytesMax: 100 * mb },
  /** An animated one; Meta takes a static one of at most 100 KB, and which it is only the bytes tell. */
  sticker: { bytesMax: 500 * 1024, mimeTypes: ['image/webp'] },
}

/** Yes, or why not, in words for a person. */
export type MediaCheck = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Whether WhatsApp carries such a file as this kind. Parameters of the type, such as codecs, are not looked at. */
export function checkMedia(
  kind: MediaKind,
  { mimeType, sizeBytes }: { readonly mimeType: string; readonly sizeBytes: number },
): MediaCheck {
  const { bytesMax, mimeTypes } = mediaRules[kind]
  const type = mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!/^[\w.+-]+\/[\w.+-]+$/u.test(type)) return { ok: false, reason: 'The file has no type.' }
  if (mimeTypes !== undefined && !mimeTypes.includes(type)) {
    return { ok: false, reason: `WhatsApp takes no ${type} as ${kind}; it takes ${mimeTypes.join(', ')}.` }
  }
  if (!(sizeBytes > 0)) return { ok: false, reason: 'The file is empty.' }
  if (sizeBytes > bytesMax) {
    return { ok: false, reason: `A file sent as ${kind} may have ${inWords(bytesMax)}; this one is larger.` }
  }
  return { ok: true }
}

function inWords(bytes: number): string {
  return bytes >= mb ? `${bytes / mb} MB` : `${bytes / 1024} KB`
}
