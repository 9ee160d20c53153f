import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ByteRange, FileAbout, FileReading, Files, StoredFile } from '../../ports/files.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { assertFileKey, assertFileType, boundedContent, rangeWithin } from '../file-rules.ts'

/** Where files that are still being written lie, inside the folder. */
const unfinished = '.unfinished'
/** Of the line at the beginning of a file that says what it is. */
const headMaxBytes = 512
const pieceBytes = 256 * 1024

/**
 * Files in a folder of this machine, one each. What a process that died has left half written is cleared away. Rejects with `store-unavailable` where
 * the folder can't be made. The folder has one process that writes; others may read and copy it at any time.
 */
export async function openFolderFiles({ folder }: { readonly folder: string }): Promise<Files> {
  try {
    await rm(join(folder, unfinished), { recursive: true, force: true })
    await mkdir(join(folder, unfinished), { recursive: true })
  } catch (error) {
    throw errorOf(error, folder)
  }
  return new FolderFiles(folder)
}

/**
 * Owns the folder. 1. A file is written beside, synced, and given its name whole: there is no half a file. 2. Its type stands in its first line, so that
 * both are always of one writing.
 */
class FolderFiles implements Files {
  readonly #folder: string
  #open = true

  constructor(folder: string) {
    this.#folder = folder
  }

  async put(key: string, content: AsyncIterable<Uint8Array>, about: FileAbout): Promise<StoredFile> {
    assertFileType(about)
    const place = this.#place(key)
    const beside = join(this.#folder, unfinished, randomUUID())
    try {
      const sizeBytes = await written(beside, boundedContent(content, { key, ...about }), about)
      const made = await mkdir(dirname(place), { recursive: true })
      // 1
      await rename(beside, place)
      await synced(dirname(place), made === undefined ? dirname(place) : this.#folder)
      return { key, contentType: about.contentType, sizeBytes }
    } catch (error) {
      await rm(beside, { force: true })
      throw errorOf(error, place)
    }
  }

  async stat(key: string): Promise<StoredFile | undefined> {
    const found = await this.#opened(key)
    await found?.handle.close()
    return found?.file
  }

  async read(key: string, range?: ByteRange): Promise<FileReading | undefined> {
    const file = await this.stat(key)
    return file === undefined ? undefined : { file, content: this.#pieces(file, range) }
  }

  /** Opens the file only when it is read, and closes it however the reading ends. */
  async *#pieces(file: StoredFile, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    const found = await this.#opened(file.key)
    if (found?.file.sizeBytes !== file.sizeBytes) {
      await found?.handle.close()
      throw new StorageError('file-refused', `${file.key} was deleted or replaced meanwhile`)
    }
    const { handle, headBytes } = found
    try {
      const { start, length } = rangeWithin(range, file.sizeBytes)
      yield* piecesOf(handle, { at: headBytes + start, length })
    } finally {
      await handle.close()
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#place(key), { force: true })
  }

  async close(): Promise<void> {
    this.#open = false
  }

  /** Throws for a key that can't be one, so that no path leads out of the folder. */
  #place(key: string): string {
    assertFileKey(key)
    if (!this.#open) throw new StorageError('store-closed', `the files in ${this.#folder} are closed`)
    return join(this.#folder, ...key.split('/'))
  }

  async #opened(key: string): Promise<Opened | undefined> {
    const place = this.#place(key)
    let handle: FileHandle | undefined
    try {
      handle = await open(place, 'r')
      const head = await headOf(handle, place)
      const { size } = await handle.stat()
      const file = { key, contentType: head.contentType, sizeBytes: size - head.bytes }
      return { handle, file, headBytes: head.bytes }
    } catch (error) {
      await handle?.close()
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' || codeOf(error) === 'EISDIR') return undefined
      throw errorOf(error, place)
    }
  }
}

interface Opened {
  readonly handle: FileHandle
  readonly file: StoredFile
  readonly headBytes: number
}

/** Writes the type's line and the content to the disk itself. Answers the content's length. */
async function written(path: string, content: AsyncIterable<Uint8Array>, { contentType }: FileAbout): Promise<number> {
  const handle = await open(path, 'wx')
  try {
    let sizeBytes = 0
    await handle.write(`${contentType}\n`)
    for await (const piece of content) {
      for (let done = 0; done < piece.byteLength;) {
        done += (await handle.write(piece, done, piece.byteLength - done)).bytesWritten
      }
      sizeBytes += piece.byteLength
    }
    await handle.sync()
    return sizeBytes
  } finally {
    await handle.close()
  }
}

async function headOf(handle: FileHandle, place: string): Promise<{ contentType: string; bytes: number }> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headMaxBytes), 0, headMaxBytes, 0)
  const end = buffer.subarray(0, bytesRead).indexOf('\n')
  if (end < 0) {
    throw new StorageError('store-corrupt', `${place} does not begin as a file of ours: restore it from a backup`)
  }
  return { contentType: buffer.toString('utf8', 0, end), bytes: end + 1 }
}

async function* piecesOf(
  handle: FileHandle,
  { at, length }: { readonly at: number; readonly length: number },
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length;) {
    const wanted = Math.min(pieceBytes, length - done)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, at + done)
    if (bytesRead === 0) return
    done += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Syncs a folder's list of names, and those above it up to `top`. */
async function synced(folder: string, top: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (folder !== top) await synced(dirname(folder), top)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function errorOf(error: unknown, place: string): unknown {
  const code = codeOf(error)
  if (error instanceof StorageError || !/^E[A-Z]+$/u.test(code)) return error
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StorageError('disk-full', `no space left for ${place}: free some`, error)
  }
  return new StorageError('store-unavailable', `${place} can not be used: ${code}`, error)
}
