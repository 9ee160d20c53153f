/** What a file may have at most. The largest that a channel carries: WhatsApp takes documents of 100 MB. */
export const fileBytesMax = 100 * 1024 * 1024

/**
 * Files of people: photos, voice notes, documents, each under a key that begins with its workspace. Too large for a record, and not made of facts.
 * Its promises are the `K` rules of `runtime/SPEC.md`. Errors are `StorageError`s; `file-refused` is about the file itself.
 */
export interface Files {
  /** Keeps it whole, or not at all. The same key again replaces it; who reads meanwhile gets the one or the other. The content is read once, as fast as it is stored. */
  put(key: string, content: AsyncIterable<Uint8Array>, about: FileAbout): Promise<StoredFile>
  stat(key: string): Promise<StoredFile | undefined>
  /** Its bytes in order, or those of the range. */
  read(key: string, range?: ByteRange): Promise<FileReading | undefined>
  /** One that is not there is deleted already. */
  delete(key: string): Promise<void>
  close(): Promise<void>
}

export interface FileAbout {
  /** The MIME type, at most 200 characters. */
  readonly contentType: string
  /** When given, a content of another length is refused. */
  readonly sizeBytes?: number
}

export interface StoredFile {
  readonly key: string
  readonly contentType: string
  readonly sizeBytes: number
}

/** First and last byte, both within; an end beyond the file's is taken for it. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface FileReading {
  readonly file: StoredFile
  /** To be read once. Rejects when the file is deleted meanwhile. */
  readonly content: AsyncIterable<Uint8Array>
}
