/** What `docker build` would make of the Dockerfile, as far as it can be known without an engine: which files go into the image and where. */
import { cpSync, existsSync, globSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, textOf } from './deploy-folder.ts'

export interface Stage {
  readonly name: string
  readonly from: string
  readonly copies: readonly Copy[]
  /** Every instruction, its continuation lines joined. */
  readonly instructions: readonly string[]
}

export interface Copy {
  /** The stage it is taken from; absent for the build context. */
  readonly from?: string
  readonly sources: readonly string[]
  readonly to: string
}

/** The stages of `deploy/container/Dockerfile`, in order. */
export function stages(): readonly Stage[] {
  const instructions = textOf('deploy/container/Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const starts = instructions.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []))
  return starts.map((start, index) => {
    const own = instructions.slice(start, starts[index + 1] ?? instructions.length)
    const [, from = '', name = String(index)] = /^FROM (\S+)(?: AS (\S+))?$/.exec(own[0] ?? '') ?? []
    return { name, from, instructions: own, copies: own.filter((line) => line.startsWith('COPY ')).map(copyOf) }
  })
}

/** The last stage: what is shipped. */
export function shippedStage(): Stage {
  const last = stages().at(-1)
  if (last === undefined) throw new Error('the Dockerfile has no stage')
  return last
}

/** Whether `.dockerignore` keeps a file of the repository out of the build. The last pattern that matches decides, as Docker has it. */
export function isIgnored(path: string): boolean {
  const patterns = textOf('.dockerignore')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const parts = path.split('/')
  const selfAndParents = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  return patterns.reduce((ignored, line) => {
    const pattern = line.replace(/^!/, '')
    return selfAndParents.some((each) => patternOf(pattern).test(each)) ? !line.startsWith('!') : ignored
  }, false)
}

/** The files of the build context that a COPY takes. */
export function filesOf({ sources }: Copy): readonly string[] {
  return sources.flatMap((source) => {
    const path = source.replace(/^\.\//, '').replace(/\/$/, '')
    if (!existsSync(join(root, path))) throw new Error(`COPY ${source}: there is no such path`)
    const files = statSync(join(root, path)).isDirectory()
      ? globSync(`${path}/**/*`, { cwd: root }).filter((file) => statSync(join(root, file)).isFile())
      : [path]
    return files.filter((file) => !isIgnored(file))
  })
}

/** Copies what a stage, and those it builds on, take from the build context into `folder`, as if that were its WORKDIR. */
export function layOut(stage: Stage, folder: string): readonly string[] {
  const parent = stages().find(({ name }) => name === stage.from)
  if (parent !== undefined) layOut(parent, folder)
  const files = stage.copies.filter(({ from }) => from === undefined).flatMap(filesOf)
  for (const file of files) {
    const target = join(folder, file)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(root, file), target)
  }
  return files
}

/** As Docker matches: `*` takes dot files too, `**` any number of folders. */
function patternOf(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((part) => (part === '**' ? '**' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')))
    .join('/')
    .replaceAll('**/', '(?:.*/)?')
  return new RegExp(`^${source}$`)
}

function copyOf(line: string): Copy {
  const words = line.split(/\s+/).slice(1)
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length)
  const paths = words.filter((word) => !word.startsWith('--'))
  const copy = { sources: paths.slice(0, -1), to: paths.at(-1) ?? '' }
  return from === undefined ? copy : { ...copy, from }
}
