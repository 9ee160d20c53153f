import { pause } from '#runtime/backoff.ts'
import type { Json } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import { checkpointCollection, generationWrite, readCheckpoint } from '#runtime/projection-checkpoint.ts'
import { rebuildTopic } from '#runtime/projector-process.ts'
import type { Runtime } from '#runtime/runtime.ts'

/** How far a rebuild is, of where read models were when it was asked for. */
export interface RebuildProgress {
  readonly position: number
  readonly goal: number
}

const lookEveryMs = 250

/** Builds read models anew in the process that builds them, and tells how far it is. Rejects where they are built elsewhere. */
export async function rebuildHere(
  runtime: Pick<Runtime, 'rebuild' | 'live'>,
  job: { readonly report: (line: Json) => void; readonly signal: AbortSignal; readonly clock: Clock },
): Promise<Json> {
  if (runtime.rebuild === undefined) throw new Error('The read models of this server are built elsewhere.')
  const goal = runtime.live.position()
  const done = new AbortController()
  const rebuilt = runtime.rebuild().finally(() => done.abort())
  const signal = AbortSignal.any([done.signal, job.signal])
  while (!signal.aborted) {
    await pause(job.clock, lookEveryMs, signal)
    if (runtime.live.position() < goal) job.report({ progress: { position: runtime.live.position(), goal } })
  }
  if (!done.signal.aborted) throw job.signal.reason
  await rebuilt
  return { position: goal, goal }
}

/** A rebuild that was asked for. */
export interface AskedRebuild {
  readonly generation: number
  readonly goal: number
}

/** Asks whoever builds the read models in `documents` to build them anew. Asked again before it has begun, it is the same rebuild. */
export async function askForRebuild(
  documents: Documents,
  signals: Pick<Ephemeral, 'publish'> | undefined,
): Promise<AskedRebuild> {
  await documents.define({ name: checkpointCollection, indexes: [] })
  const { generation, position, begun } = await readCheckpoint(documents)
  const wanted = begun || generation === 0 ? generation + 1 : generation
  await documents.write([generationWrite(wanted)])
  signals?.publish(rebuildTopic, null)
  return { generation: wanted, goal: position }
}

/** How far an asked rebuild is; `undefined` while nobody has begun it. */
export async function progressOf(documents: Documents, asked: AskedRebuild): Promise<RebuildProgress | undefined> {
  const { generation, position, begun } = await readCheckpoint(documents)
  // A later one has begun: this one's facts are in it, too.
  return begun && generation >= asked.generation ? { position, goal: asked.goal } : undefined
}
