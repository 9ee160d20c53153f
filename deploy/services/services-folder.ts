import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { holdFile } from '#runtime/adapters/sqlite/folder-lock.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'

const plate = z.object({
  pid: z.number(),
  /** What a shell is told. */
  lines: z.array(z.string()),
  /** By the name of what was started. */
  ports: z.record(z.string(), z.array(z.number())),
})

type Plate = z.infer<typeof plate>

/** The folder in which the servers of one `npm run services` keep their data: nobody else may start servers on it. */
export interface ServicesFolder {
  /** The ports that something had when it was last started here. */
  portsOf(name: string): readonly number[] | undefined
  /** Writes down for others what runs, and for the next start which ports it had. */
  write(lines: readonly string[], ports: { readonly [name: string]: readonly number[] }): void
  release(): void
}

/** Takes a folder, making it. Throws, naming the process and its addresses, when another has it. The system drops the hold with the process. */
export function holdServicesFolder(folder: string): ServicesFolder {
  const file = join(folder, 'running.json')
  const release = hold(folder, file)
  const last = readPlate(file)
  return {
    portsOf: (name) => last?.ports[name],
    write: (lines, ports) => {
      const now: Plate = {
        pid: process.pid,
        lines: [...lines],
        ports: {
          ...last?.ports,
          ...Object.fromEntries(Object.entries(ports).map(([name, each]) => [name, [...each]])),
        },
      }
      writeFileSync(file, JSON.stringify(now, undefined, 2))
    },
    release,
  }
}

function hold(folder: string, file: string): () => void {
  try {
    return holdFile(join(folder, 'services'))
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'data-folder-in-use') throw error
    const other = readPlate(file)
    const who = other === undefined ? '' : ` (process ${other.pid})`
    const lines = other?.lines.map((line) => `\n${line}`).join('') ?? ''
    const advice = 'Use what runs, stop it, or choose another folder: npm run services -- --folder PATH'
    throw new Error(`Servers run on ${folder} already${who}. ${advice}${lines}`, { cause: error })
  }
}

function readPlate(file: string): Plate | undefined {
  try {
    return plate.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
