import type { Documents, DocumentWrite, Expectation } from './ports/documents.ts'
import type { Ephemeral } from './ports/ephemeral.ts'
import type { Json } from './json.ts'

/** Where checkpoints are kept, beside the read models they speak of. */
export const checkpointCollection = '_projection'

/** The topic on which a projector tells how far read models are. */
export const projectedTopic = 'projected'

/** How far read models are. `generation` rises each time they are built anew from the first fact. */
export interface Projected {
  readonly generation: number
  readonly position: number
}

/** What read models are made of and how far they are. */
export interface Checkpoint extends Projected {
  /** False where nothing has been written for this generation yet. */
  readonly begun: boolean
  /** What they were made of. */
  readonly shape?: string
}

const generationKey = 'generation'
const writerKey = 'writer'

/** The checkpoint of the generation that counts now. Rejects when documents can't be read. */
export async function readCheckpoint(documents: Pick<Documents, 'get'>): Promise<Checkpoint> {
  const generation = numberIn((await documents.get(checkpointCollection, generationKey))?.value['generation'])
  const value = (await documents.get(checkpointCollection, keyOf(generation)))?.value
  const shape = value?.['shape']
  return {
    generation,
    position: numberIn(value?.['position']),
    begun: value !== undefined,
    ...(typeof shape === 'string' ? { shape } : {}),
  }
}

/** Says that everything up to `position` is in the read models. A generation has a document of its own, so a late writer of an older one does no harm. */
export function checkpointWrite({ generation, position }: Projected, shape: string): DocumentWrite {
  const value = { position, shape }
  return {
    op: 'put',
    collection: checkpointCollection,
    key: keyOf(generation),
    revision: position + 1,
    value,
  }
}

/** Forgets the checkpoint of a generation that has passed. */
export function checkpointDelete(generation: number): DocumentWrite {
  return { op: 'delete', collection: checkpointCollection, key: keyOf(generation) }
}

/** Asks for read models built anew: whoever projects sees it and begins the generation. Asking twice for the same is once. */
export function generationWrite(generation: number): DocumentWrite {
  return {
    op: 'put',
    collection: checkpointCollection,
    key: generationKey,
    revision: generation,
    value: { generation },
  }
}

/** How often read models have been taken over by a projector; whoever did so last may write. */
export async function readTerm(documents: Pick<Documents, 'get'>): Promise<number> {
  return (await documents.get(checkpointCollection, writerKey))?.revision ?? 0
}

/** Takes read models over; to be written in the term before, so that of several one is first. */
export function termWrite(term: number): DocumentWrite {
  return { op: 'put', collection: checkpointCollection, key: writerKey, revision: term, value: {} }
}

/** Holds as long as nobody has taken read models over since. */
export function inTerm(term: number): Expectation {
  return { collection: checkpointCollection, key: writerKey, revision: term }
}

/** Tells other processes at once how far read models are. */
export function publishProjected(signals: Pick<Ephemeral, 'publish'>, { generation, position }: Projected): void {
  signals.publish(projectedTopic, { generation, position })
}

/** Reads what `publishProjected` sent. */
export function projectedIn(message: Json): Projected | undefined {
  if (typeof message !== 'object' || message === null || !('position' in message)) return undefined
  const { generation, position } = message
  return typeof generation === 'number' && typeof position === 'number' ? { generation, position } : undefined
}

function keyOf(generation: number): string {
  return generation === 0 ? 'checkpoint' : `checkpoint-${generation}`
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
