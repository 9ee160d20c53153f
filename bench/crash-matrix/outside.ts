import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Json } from '#runtime/json.ts'
import type { EffectContext, EffectHandler, EffectRequest } from '#runtime/runtime.ts'
import type { Gate } from './gate.ts'
import type { LateDrafts } from './late-drafts.ts'

const outsideLine = z.object({
  /** The idempotency key under which it was done. */
  key: z.string(),
  name: z.string(),
  /** The question, the letter's text, or the event that takes the draft. */
  about: z.string(),
  node: z.string(),
})

/** Something done in the world outside: once for every time it was tried. */
export type OutsideLine = z.infer<typeof outsideLine>

export interface OutsideOptions {
  /** A file stands for the world: a line is there once it is written, whatever becomes of the process. */
  readonly file: string
  readonly node: string
  readonly gate: Gate
  readonly drafts: LateDrafts
  /** Begins work and never ends it. */
  readonly idle: boolean
}

const policy = { timeoutMs: 120_000, attemptsMax: 5, backoffMs: 20, concurrency: 16 }

/** The handlers of the clerk's work. They do not look at keys, so that a repeat is seen. */
export function outsideHandlers(options: OutsideOptions): { readonly [name: string]: EffectHandler } {
  const handler = (field: string, before?: (request: EffectRequest, context: EffectContext) => Promise<void>) => ({
    policy,
    run: async (request: EffectRequest, context: EffectContext): Promise<Json> => {
      if (options.idle) await ended(context.signal)
      await before?.(request, context)
      return work(options, request, textOf(request.input, field))
    },
  })
  return {
    answer: handler('question'),
    post: handler('text'),
    draft: handler('takenBy', ({ address, key, input }, { signal }) =>
      options.drafts.taken({ address, key }, textOf(input, 'takenBy'), signal),
    ),
  }
}

/** Everything done outside so far. A line cut off by a kill was not done. */
export function readOutside(file: string): readonly OutsideLine[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => outsideLine.parse(JSON.parse(line)))
}

async function work({ file, node, gate }: OutsideOptions, { key, name }: EffectRequest, about: string): Promise<Json> {
  await gate.pass(['effect.before'])
  appendFileSync(file, `${JSON.stringify({ key, name, about, node } satisfies OutsideLine)}\n`)
  if ((await gate.pass(['effect.after'])) === 'lose') throw new Error('the answer of the world outside was lost')
  return about
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('it was stopped', 'AbortError')))
  })
}

function textOf(input: Json, field: string): string {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined
  return typeof value === 'string' ? value : ''
}
