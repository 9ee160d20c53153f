import { randomUUID } from 'node:crypto'
import type { ByteRange, FileAbout, FileReading, Files, StoredFile } from '../../ports/files.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { assertFileKey, assertFileType, boundedContent, rangeWithin } from '../file-rules.ts'
import { MongoConnection, type MongoConnectionOptions } from './connection.ts'

/** What a document of a piece may hold: GridFS's own size. */
const chunkBytes = 255 * 1024

/** The fields of GridFS, so that its tools read what is here; `writing` tells pieces of one writing from those of another. */
interface FileRow {
  readonly _id: string
  readonly filename: string
  readonly length: number
  readonly chunkSize: number
  readonly uploadDate: Date
  readonly metadata: { readonly contentType: string; readonly writing: string }
}

interface ChunkRow {
  /** `<key>#<writing>#<n>`: each piece is asked for by its id alone, which every server finds without looking at others. */
  readonly _id: string
  readonly files_id: string
  readonly writing: string
  readonly begunAt: Date
  readonly n: number
  readonly data: Uint8Array
}

interface Writing {
  readonly key: string
  readonly writing: string
  readonly begunAt: Date
}

/** A writing that is not done after so long is one of somebody who died. */
const writingMs = 60 * 60 * 1000

/**
 * Files in a database of their own, laid out as GridFS does. The driver's own bucket is not used: its streams live longer than one call, and
 * belong to a client that may have been made anew meanwhile. While the server is away the store opens all the same, and calls reject.
 */
export function openMongoFiles(options: MongoConnectionOptions): Files {
  return new MongoFiles(new MongoConnection(options))
}

/**
 * Owns the connection. 1. A file's row comes after all its pieces, and names their writing: there is no half a file, and who reads while it is replaced
 * gets one writing or an error. 2. The pieces of a row that was replaced are deleted, and with them those that somebody who died has left.
 */
class MongoFiles implements Files {
  readonly #connection: MongoConnection
  #indexed: Promise<unknown> | undefined

  constructor(connection: MongoConnection) {
    this.#connection = connection
  }

  async put(key: string, content: AsyncIterable<Uint8Array>, about: FileAbout): Promise<StoredFile> {
    assertFileKey(key)
    assertFileType(about)
    await this.#prepare()
    const [writing, begunAt] = [randomUUID(), new Date()]
    try {
      const length = await this.#putPieces({ key, writing, begunAt }, boundedContent(content, { key, ...about }))
      const metadata = { contentType: about.contentType, writing }
      const row = { filename: key, length, chunkSize: chunkBytes, uploadDate: begunAt, metadata }
      // 1
      const how = { upsert: true, returnDocument: 'before' } as const
      const before = await this.#run(() => this.#rows().findOneAndReplace({ _id: key }, row, how))
      const dead = { writing: { $ne: writing }, begunAt: { $lt: new Date(begunAt.getTime() - writingMs) } }
      const replaced = before === null ? [] : [{ writing: before.metadata.writing }]
      // 2
      await this.#run(() => this.#pieces().deleteMany({ files_id: key, $or: [...replaced, dead] }))
      return { key, contentType: about.contentType, sizeBytes: length }
    } catch (error) {
      // What can't be cleared away now is with the next writing.
      await this.#run(() => this.#pieces().deleteMany({ files_id: key, writing })).catch(() => undefined)
      throw error
    }
  }

  async stat(key: string): Promise<StoredFile | undefined> {
    const row = await this.#row(key)
    return row && fileIn(row)
  }

  async read(key: string, range?: ByteRange): Promise<FileReading | undefined> {
    const row = await this.#row(key)
    return row && { file: fileIn(row), content: this.#content(row, range) }
  }

  async delete(key: string): Promise<void> {
    assertFileKey(key)
    await this.#run(() => this.#rows().deleteOne({ _id: key }))
    await this.#run(() => this.#pieces().deleteMany({ files_id: key }))
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  async #putPieces({ key, writing, begunAt }: Writing, content: AsyncIterable<Uint8Array>): Promise<number> {
    let length = 0
    let n = 0
    for await (const data of inChunks(content)) {
      const piece = { _id: pieceId(key, writing, n), files_id: key, writing, begunAt, n, data }
      await this.#run(() => this.#pieces().insertOne(piece))
      length += data.byteLength
      n += 1
    }
    return length
  }

  async *#content(row: FileRow, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    const { _id: key, length: sizeBytes, chunkSize, metadata } = row
    const { start, length } = rangeWithin(range, sizeBytes)
    for (let at = start; at < start + length;) {
      const n = Math.floor(at / chunkSize)
      const id = pieceId(key, metadata.writing, n)
      const piece = await this.#run(() => this.#pieces().findOne({ _id: id }, { promoteBuffers: true }))
      if (piece === null) throw new StorageError('file-refused', `${key} was deleted or replaced meanwhile`)
      const offset = at - n * chunkSize
      const part = piece.data.subarray(offset, Math.min(piece.data.byteLength, offset + start + length - at))
      if (part.byteLength === 0) throw new StorageError('store-corrupt', `${key} lacks some of its bytes`)
      at += part.byteLength
      yield part
    }
  }

  async #row(key: string): Promise<FileRow | undefined> {
    assertFileKey(key)
    return (await this.#run(() => this.#rows().findOne({ _id: key }))) ?? undefined
  }

  /** The index by which pieces are deleted. */
  #prepare(): Promise<unknown> {
    this.#indexed ??= this.#run(() => this.#pieces().createIndex({ files_id: 1, n: 1 })).catch((error: unknown) => {
      this.#indexed = undefined
      throw error
    })
    return this.#indexed
  }

  #run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#connection.run(work)
  }

  #rows() {
    return this.#connection.collection<FileRow>('fs.files')
  }

  #pieces() {
    return this.#connection.collection<ChunkRow>('fs.chunks')
  }
}

function pieceId(key: string, writing: string, n: number): string {
  return `${key}#${writing}#${n}`
}

function fileIn({ _id: key, length: sizeBytes, metadata: { contentType } }: FileRow): StoredFile {
  return { key, contentType, sizeBytes }
}

/** The same bytes in pieces of one size, but for the last. */
async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const piece of content) {
    waiting.push(piece)
    bytes += piece.byteLength
    if (bytes < chunkBytes) continue
    const all = Buffer.concat(waiting)
    const whole = bytes - (bytes % chunkBytes)
    for (let at = 0; at < whole; at += chunkBytes) yield all.subarray(at, at + chunkBytes)
    waiting = [all.subarray(whole)]
    bytes -= whole
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}
