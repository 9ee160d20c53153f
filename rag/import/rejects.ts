import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { csvLine } from './cell.ts'
import { rejectReasonHeader } from './recognise.ts'

/**
 * The file of rejected rows: the original columns, then `reject_reason`; UTF-8 with a mark so that spreadsheets read it right. It is made
 * with the first rejected row. Mended, it can be imported as it is. Throws what the disk says, so that no reject is lost unseen.
 */
export class RejectsFile {
  readonly #path: string
  readonly #header: readonly string[]
  #stream: WriteStream | undefined
  #failure: Error | undefined

  constructor(path: string, header: readonly string[]) {
    this.#path = path
    this.#header = header.filter((name) => name !== rejectReasonHeader)
  }

  /** Cells beyond the header follow the reason, so that nothing of a ragged row is lost. `columns` are those of the file read. */
  async write(cells: readonly string[], reason: string, columns: readonly string[]): Promise<void> {
    const reasonAt = columns.indexOf(rejectReasonHeader)
    const own = reasonAt === -1 ? [...cells] : cells.filter((_, index) => index !== reasonAt)
    const width = this.#header.length
    while (own.length < width) own.push('')
    await this.#put(csvLine([...own.slice(0, width), reason, ...own.slice(width)]))
  }

  /** Whether any row was written. Resolves when all of them are on disk. */
  async close(): Promise<boolean> {
    const stream = this.#stream
    if (stream === undefined) return false
    stream.end()
    if (!stream.writableFinished && this.#failure === undefined)
      await Promise.race([
        once(stream, 'finish'),
        once(stream, 'error').then(([error]) => Promise.reject(error as Error)),
      ])
    if (this.#failure !== undefined) throw this.#failure
    return true
  }

  async #put(line: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const stream = (this.#stream ??= this.#open())
    if (!stream.write(line)) await once(stream, 'drain')
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, 'utf8')
    stream.on('error', (error) => (this.#failure = error))
    stream.write(`\ufeff${csvLine([...this.#header, rejectReasonHeader])}`)
    return stream
  }
}
