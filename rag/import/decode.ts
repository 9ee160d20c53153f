/** How the bytes of a file were read. `mixed`: mostly UTF-8 with lines that are not; those were read as windows-1252. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'mixed'

const lineFeed = 0x0a
/** A line longer than this is decoded in pieces. */
const heldMax = 1 << 20

/** Decodes a stream of bytes as it comes; `encoding()` tells what has been seen so far. */
export function decodeText(source: AsyncIterable<Uint8Array>): {
  readonly chunks: AsyncIterable<string>
  encoding(): Encoding
} {
  const seen = { unicode: false, western: false, wide: undefined as 'utf-16le' | 'utf-16be' | undefined }
  return {
    chunks: decode(source, seen),
    encoding: () => seen.wide ?? (seen.western ? (seen.unicode ? 'mixed' : 'windows-1252') : 'utf-8'),
  }
}

interface Seen {
  /** Letters outside ASCII that were valid UTF-8. */
  unicode: boolean
  western: boolean
  wide: 'utf-16le' | 'utf-16be' | undefined
}

async function* decode(source: AsyncIterable<Uint8Array>, seen: Seen): AsyncGenerator<string> {
  let first = true
  let held: Uint8Array = new Uint8Array()
  let wide: TextDecoder | undefined
  for await (const chunk of source) {
    if (first && held.length + chunk.length < 4) {
      held = joined(held, chunk)
      continue
    }
    let bytes = joined(held, chunk)
    held = new Uint8Array()
    if (first) {
      first = false
      seen.wide = wideEncoding(bytes)
      wide = seen.wide === undefined ? undefined : new TextDecoder(seen.wide)
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
    }
    if (wide !== undefined) {
      yield wide.decode(bytes, { stream: true })
      continue
    }
    const end = bytes.length > heldMax ? bytes.length : bytes.lastIndexOf(lineFeed) + 1
    held = bytes.slice(end)
    if (end > 0) yield lines(bytes.subarray(0, end), seen)
  }
  if (held.length > 0) yield lines(held, seen)
  if (wide !== undefined) yield wide.decode()
}

/** UTF-16 by its mark, or by zero bytes in every second place of the beginning. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const sample = bytes.subarray(0, 1024)
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const enough = sample.length / 5
  if ((zeros[1] ?? 0) > enough && (zeros[0] ?? 0) < enough / 4) return 'utf-16le'
  return (zeros[0] ?? 0) > enough && (zeros[1] ?? 0) < enough / 4 ? 'utf-16be' : undefined
}

/** Whole lines: UTF-8 where it is valid, otherwise line by line, since old sheets mix what was pasted into them. */
function lines(bytes: Uint8Array, seen: Seen): string {
  const whole = utf8(bytes)
  if (whole !== undefined) {
    seen.unicode ||= whole.length !== bytes.length
    return whole
  }
  let text = ''
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(lineFeed, start)
    const end = next === -1 ? bytes.length : next + 1
    const line = bytes.subarray(start, end)
    const read = utf8(line)
    if (read === undefined) seen.western = true
    else seen.unicode ||= read.length !== line.length
    text += read ?? new TextDecoder('windows-1252').decode(line)
    start = end
  }
  return text
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
