/** How many of a file's first bytes tell what it is. */
export const sniffedBytes = 512

/**
 * What a file is by its own first bytes, or nothing where they do not tell. Of what can hold scripts (HTML, SVG) it says so, whatever the file is called.
 * Source: the formats' own marks, as in the WHATWG's MIME Sniffing.
 */
export function sniffedType(head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, sniffedBytes))
  const found = marks.find(({ at = 0, mark }) => bytes.subarray(at, at + mark.length).equals(mark))
  if (found !== undefined) return found.type
  if (has(bytes, 0, 'RIFF'))
    return has(bytes, 8, 'WEBP') ? 'image/webp' : has(bytes, 8, 'WAVE') ? 'audio/wav' : undefined
  if (has(bytes, 4, 'ftyp')) return boxed(bytes.toString('latin1', 8, 12))
  return soundOf(bytes) ?? markupOf(bytes)
}

/** Its type by its bytes where they tell, else as declared; a declared type that has a sense only to a browser is that of plain bytes. */
export function typeOfFile(head: Uint8Array, declared: string): string {
  const sniffed = sniffedType(head)
  const plain = plainType(declared)
  // What office programs write is packed, and what is packed may be one of theirs.
  if (sniffed === 'application/zip' && /^application\/(?:vnd\.|msword)/u.test(plain)) return plain
  if (sniffed !== undefined) return isActive(sniffed) ? 'application/octet-stream' : sniffed
  return isActive(plain) || plain.startsWith('image/') || plain === '' ? 'application/octet-stream' : plain
}

/** A type without its parameters, in lower case; empty where it is none. */
export function plainType(type: string): string {
  const plain = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[\w.+-]{1,80}\/[\w.+-]{1,100}$/u.test(plain) ? plain : ''
}

function isActive(type: string): boolean {
  return /html|xml|svg|javascript|ecmascript/u.test(type) && !type.startsWith('application/vnd.openxmlformats')
}

interface Mark {
  readonly type: string
  readonly at?: number
  readonly mark: Buffer
}

const marks: readonly Mark[] = [
  { type: 'image/jpeg', mark: Buffer.from([0xff, 0xd8, 0xff]) },
  { type: 'image/png', mark: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { type: 'image/gif', mark: Buffer.from('GIF87a') },
  { type: 'image/gif', mark: Buffer.from('GIF89a') },
  { type: 'application/pdf', mark: Buffer.from('%PDF-') },
  { type: 'audio/ogg', mark: Buffer.from('OggS\0') },
  { type: 'audio/amr', mark: Buffer.from('#!AMR') },
  { type: 'audio/mpeg', mark: Buffer.from('ID3') },
  { type: 'application/zip', mark: Buffer.from([0x50, 0x4b, 0x03, 0x04]) },
  { type: 'video/webm', mark: Buffer.from([0x1a, 0x45, 0xdf, 0xa3]) },
]

function has(bytes: Buffer, at: number, word: string): boolean {
  return bytes.toString('latin1', at, at + word.length) === word
}

/** Of the family of MP4, by its brand. */
function boxed(brand: string): string {
  if (/^(?:M4A|M4B|F4A)/u.test(brand)) return 'audio/mp4'
  if (brand.startsWith('3g')) return 'video/3gpp'
  if (/^(?:heic|heix|mif1|avif)/u.test(brand)) return brand === 'avif' ? 'image/avif' : 'image/heic'
  return brand === 'qt  ' ? 'video/quicktime' : 'video/mp4'
}

/** A frame of AAC or MP3 begins with eleven or twelve set bits. */
function soundOf(bytes: Buffer): string | undefined {
  const [first = 0, second = 0] = bytes
  if (first !== 0xff) return undefined
  if ((second & 0xf6) === 0xf0) return 'audio/aac'
  return (second & 0xe0) === 0xe0 && (second & 0x06) !== 0 ? 'audio/mpeg' : undefined
}

function markupOf(bytes: Buffer): string | undefined {
  const text = bytes
    .toString('latin1')
    .replace(/^(?:\u00ef\u00bb\u00bf)?\s+/u, '')
    .toLowerCase()
  if (/^(?:<!--|<\?xml|<svg)/u.test(text)) return text.includes('<svg') ? 'image/svg+xml' : 'text/xml'
  return /^<(?:!doctype html|html|head|body|script|iframe|title|table|div|style|a |br|p>)/u.test(text)
    ? 'text/html'
    : undefined
}
