import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileBytesMax, type Files } from '../../ports/files.ts'

/** An adapter under test. */
export interface FilesBench {
  open(): Promise<Files>
  /** Closes and opens again on the same data. */
  reopen(files: Files): Promise<Files>
}

const key = 'acme/media/one'
const about = { contentType: 'image/jpeg' } as const

/** Bytes that differ from place to place, in pieces of odd sizes. */
async function* bytesOf(length: number, pieceBytes = 100_003): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += pieceBytes) yield numbered(at, Math.min(pieceBytes, length - at))
}

function numbered(at: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => ((at + index) * 31) % 251)
}

async function* failing(after: number): AsyncGenerator<Uint8Array> {
  yield* bytesOf(after)
  throw new Error('the line broke')
}

async function whole(content: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of content ?? []) pieces.push(piece)
  return Buffer.concat(pieces)
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The `K` rules, for every adapter of the files port. */
export function describeFiles(name: string, bench: FilesBench): void {
  describe(`files ${name}`, () => {
    let files: Files
    beforeEach(async () => {
      files = await bench.open()
    })
    afterEach(() => files.close())
    const read = async (of = key) => whole((await files.read(of))?.content)

    it('[K1] a file comes back as it was put, with its type and length, whatever pieces it came in', async () => {
      for (const length of [0, 1, 255 * 1024, 255 * 1024 + 1, 1_000_003]) {
        const stored = await files.put(key, bytesOf(length), { contentType: 'audio/ogg; codecs=opus' })
        expect(stored).toEqual({ key, contentType: 'audio/ogg; codecs=opus', sizeBytes: length })
        expect(await files.stat(key)).toEqual(stored)
        expect(digestOf(await read())).toBe(digestOf(numbered(0, length)))
      }
      expect(await files.stat('acme/media/two')).toBeUndefined()
      expect(await files.read('globex/media/one')).toBeUndefined()
      expect(await files.stat('acme/media')).toBeUndefined()
    })

    it('[K2] a range gives those bytes and no others', async () => {
      const length = 600_000
      await files.put(key, bytesOf(length), about)
      const all = Buffer.from(numbered(0, length))
      for (const [start, end] of [
        [0, 0],
        [255 * 1024 - 1, 255 * 1024],
        [10, 599_999],
        [599_990, 900_000],
      ] as const) {
        const reading = await files.read(key, { start, end })
        expect(reading?.file.sizeBytes).toBe(length)
        expect((await whole(reading?.content)).equals(all.subarray(start, end + 1))).toBe(true)
      }
      expect(await whole((await files.read(key, { start: length, end: length + 5 }))?.content)).toHaveLength(0)
    })

    it('[K3] a content that breaks off, or is not as long as was said, or too long, leaves what was there', async () => {
      await files.put(key, bytesOf(10), about)
      await expect(files.put(key, failing(300_000), about)).rejects.toThrow('the line broke')
      await expect(files.put(key, bytesOf(9), { ...about, sizeBytes: 10 })).rejects.toMatchObject({
        code: 'file-refused',
      })
      await expect(files.put(key, bytesOf(11), { ...about, sizeBytes: 10 })).rejects.toMatchObject({
        code: 'file-refused',
      })
      const large = bytesOf(fileBytesMax + 1, 32 * 1024 * 1024)
      await expect(files.put('acme/media/large', large, about)).rejects.toMatchObject({ code: 'file-refused' })
      expect(await files.stat('acme/media/large')).toBeUndefined()
      expect(digestOf(await read())).toBe(digestOf(numbered(0, 10)))
    }, 120_000)

    it('[K3] put again it is the new one whole, also for several at once', async () => {
      await files.put(key, bytesOf(700_000), about)
      await files.put(key, bytesOf(20), { contentType: 'image/png' })
      expect(await files.stat(key)).toMatchObject({ contentType: 'image/png', sizeBytes: 20 })
      await Promise.all([1, 2, 3].map((each) => files.put(key, bytesOf(300_000 + each), about)))
      const stored = await files.stat(key)
      expect(digestOf(await read())).toBe(digestOf(numbered(0, stored?.sizeBytes ?? 0)))
    })

    it('[K4] a key or a type that can not be one is refused, and leads nowhere else', async () => {
      for (const wrong of ['', 'one', '/acme/one', 'acme/../one', 'acme/./one', 'acme/one\0', 'acme//one', 'acme/ö']) {
        await expect(files.put(wrong, bytesOf(1), about)).rejects.toMatchObject({ code: 'file-refused' })
        await expect(files.read(wrong)).rejects.toMatchObject({ code: 'file-refused' })
      }
      for (const contentType of ['', 'image', 'image/jpeg\nx: y', `image/${'x'.repeat(300)}`]) {
        await expect(files.put(key, bytesOf(1), { contentType })).rejects.toMatchObject({ code: 'file-refused' })
      }
    })

    it('[K5] what is deleted is gone, and may be deleted again', async () => {
      await files.put(key, bytesOf(300_000), about)
      await files.delete(key)
      await files.delete(key)
      expect(await files.stat(key)).toBeUndefined()
      expect(await files.read(key)).toBeUndefined()
    })

    it('[K6] whoever opens it again finds everything; a closed store refuses', async () => {
      await files.put(key, bytesOf(300_000), about)
      files = await bench.reopen(files)
      expect(digestOf(await read())).toBe(digestOf(numbered(0, 300_000)))
      await files.close()
      await expect(files.stat(key)).rejects.toMatchObject({ code: 'store-closed' })
    })
  })
}
