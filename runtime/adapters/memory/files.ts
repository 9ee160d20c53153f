import type { FileReading, Files, StoredFile } from '../../ports/files.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { assertFileKey, assertFileType, boundedContent, rangeWithin } from '../file-rules.ts'

/** The disk of files in memory: it outlives who has it open. */
export type MemoryFilesStore = Map<string, { readonly file: StoredFile; readonly bytes: Buffer }>

/** Files in memory, for tests. */
export function createMemoryFiles(store: MemoryFilesStore = new Map()): Files {
  let isOpen = true
  const found = (key: string) => {
    assertFileKey(key)
    if (!isOpen) throw new StorageError('store-closed', 'the files are closed')
    return store.get(key)
  }
  return {
    async put(key, content, about) {
      found(key)
      assertFileType(about)
      const pieces: Uint8Array[] = []
      for await (const piece of boundedContent(content, { key, ...about })) pieces.push(piece)
      const bytes = Buffer.concat(pieces)
      const file = { key, contentType: about.contentType, sizeBytes: bytes.byteLength }
      store.set(key, { file, bytes })
      return file
    },
    stat: async (key) => found(key)?.file,
    async read(key, range): Promise<FileReading | undefined> {
      const kept = found(key)
      if (kept === undefined) return undefined
      const { start, length } = rangeWithin(range, kept.bytes.byteLength)
      return { file: kept.file, content: once(kept.bytes.subarray(start, start + length)) }
    },
    async delete(key) {
      found(key)
      store.delete(key)
    },
    async close() {
      isOpen = false
    },
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}
