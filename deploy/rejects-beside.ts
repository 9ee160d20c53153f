import { copyFile, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/**
 * Moves a file of rejected rows beside the file they came from, where a person finds it: `homes.csv` → `homes.rejects.csv`, and
 * `homes.rejects-2.csv` when that one is there with other content, since somebody may be mending it. Answers where it is; where it was, when
 * the folder takes no file.
 */
export async function putBeside(rejects: string, original: string): Promise<string> {
  const extension = extname(original)
  const stem = basename(original, extension).replace(/\.rejects(?:-\d+)?$/, '')
  for (let turn = 1; turn < 1000; turn++) {
    const target = join(dirname(original), `${stem}.rejects${turn === 1 ? '' : `-${turn}`}.csv`)
    const taken = await occupied(target, rejects)
    if (taken === 'other') continue
    if (taken === 'nothing') {
      try {
        await copyFile(rejects, target)
      } catch {
        return rejects
      }
    }
    await rm(rejects, { force: true })
    return target
  }
  return rejects
}

async function occupied(target: string, by: string): Promise<'nothing' | 'same' | 'other'> {
  const [there, ours] = await Promise.all([stat(target).catch(() => undefined), stat(by)])
  if (there === undefined) return 'nothing'
  if (there.size !== ours.size) return 'other'
  const [left, right] = await Promise.all([readFile(target), readFile(by)])
  return left.equals(right) ? 'same' : 'other'
}
