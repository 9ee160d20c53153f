import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Judged } from './count.ts'

/** The columns of a list of people. */
export const peopleColumns = 'lead,name,phone,email,outcome,reason,out_at'

/**
 * Owns the lists of people of one forecast while it is counted: a file a reason in a folder of its own. A list is never held in memory, and whoever writes
 * waits for the disk.
 */
export class PeopleFiles {
  readonly #folder: string
  readonly #files = new Map<string, WriteStream>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async begin(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
  }

  async add(judged: readonly Judged[]): Promise<void> {
    const lines = new Map<string, string[]>()
    for (const each of judged) {
      const { reason } = each.foreseen
      const known = lines.get(reason)
      if (known === undefined) lines.set(reason, [lineOf(each)])
      else known.push(lineOf(each))
    }
    for (const [reason, each] of lines) {
      const file = this.#file(reason)
      if (!file.write(each.join(''))) await once(file, 'drain')
    }
  }

  async end(): Promise<void> {
    const files = [...this.#files.values()]
    for (const file of files) file.end()
    await Promise.all(files.map((file) => finished(file)))
  }

  #file(reason: string): WriteStream {
    const known = this.#files.get(reason)
    if (known !== undefined) return known
    const made = createWriteStream(join(this.#folder, `${reason}.csv`))
    this.#files.set(reason, made)
    return made
  }
}

/** The people of a forecast as CSV: of one reason, or of all. `undefined` when this disk has no such list. */
export async function readPeople(folder: string, reason?: string): Promise<AsyncIterable<string> | undefined> {
  const names = await readdir(folder).catch(() => undefined)
  const wanted = names?.filter((name) => reason === undefined || name === `${reason}.csv`).toSorted()
  return wanted && linesOf(wanted.map((name) => join(folder, name)))
}

/** Takes the lists of a forecast away. */
export async function removePeople(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

async function* linesOf(files: readonly string[]): AsyncGenerator<string> {
  yield `${peopleColumns}\n`
  for (const file of files) yield* createReadStream(file, 'utf8') as AsyncIterable<string>
}

function lineOf({ person, foreseen }: Judged): string {
  const { lead, name = '', phone = '', email = '' } = person
  const { outcome, reason, outAtMs } = foreseen
  const at = outAtMs === undefined ? '' : new Date(outAtMs).toISOString()
  return `${[lead, cell(name), cell(phone), cell(email), outcome, reason, at].join(',')}\n`
}

/** Quoted where it has to be; what a spreadsheet would take for a formula is not one. */
function cell(text: string): string {
  const harmless = /^[=@\t\r-]/u.test(text) || /^\+(?!\d+$)/u.test(text) ? `'${text}` : text
  return /[",\n\r]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
