import { fileBytesMax, type ByteRange, type FileAbout } from '../ports/files.ts'
import { StorageError } from '../ports/storage-error.ts'

/** A workspace and one to three parts more. It can be a path, and leads nowhere else. */
const keyShape = /^[A-Za-z0-9_-]{1,128}(?:\/[A-Za-z0-9_-]{1,160}){1,3}$/u
const typeShape = /^[\w.+-]+\/[\w.+-]+(?:; ?[\w.+-]+="?[\w.+-]+"?)*$/u

/** K4. Throws `file-refused` for a key that can't be one. */
export function assertFileKey(key: string): void {
  if (!keyShape.test(key)) throw refusal(`${JSON.stringify(key.slice(0, 200))} is no key of a file`)
}

/** K4. Throws `file-refused` for a type that can't be one. */
export function assertFileType({ contentType }: FileAbout): void {
  if (contentType.length > 200 || !typeShape.test(contentType)) {
    throw refusal(`${JSON.stringify(contentType.slice(0, 80))} is no type of a file`)
  }
}

/** The content as it is, which ends with an error where it is longer than a file may be, or of another length than was said. K3. */
export async function* boundedContent(
  content: AsyncIterable<Uint8Array>,
  { key, sizeBytes }: Pick<FileAbout, 'sizeBytes'> & { readonly key: string },
): AsyncGenerator<Uint8Array> {
  const most = Math.min(sizeBytes ?? fileBytesMax, fileBytesMax)
  let length = 0
  for await (const piece of content) {
    length += piece.byteLength
    if (length > most) throw refusal(`${key} is longer than ${most} bytes`)
    yield piece
  }
  if (sizeBytes !== undefined && length !== sizeBytes) {
    throw refusal(`${key} has ${length} bytes, and was said to have ${sizeBytes}`)
  }
}

/** The part of a file of that length that a range means: `length` is 0 when it begins beyond the end. */
export function rangeWithin(
  range: ByteRange | undefined,
  sizeBytes: number,
): { readonly start: number; readonly length: number } {
  if (range === undefined) return { start: 0, length: sizeBytes }
  const start = Math.max(0, range.start)
  return { start, length: Math.max(0, Math.min(range.end, sizeBytes - 1) - start + 1) }
}

function refusal(message: string): StorageError {
  return new StorageError('file-refused', message)
}
