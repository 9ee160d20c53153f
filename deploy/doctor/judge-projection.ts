import type { Checkpoint } from '#runtime/projection-checkpoint.ts'
import { timeText } from './amounts.ts'
import { well, type Finding } from './finding.ts'

/** How far read models are, of what the journal holds. */
export interface ProjectionSeen {
  readonly checkpoint: Checkpoint
  /** The journal's last fact; 0 for none. */
  readonly end: number
  /** The first fact that read models do not hold. */
  readonly next?: { readonly atMs: number }
  readonly nowMs: number
}

/** Facts may be so late before it is worth a look, and before it is time. */
const lateMs = { advice: 30_000, wrong: 10 * 60_000 } as const
const check = 'read-models.lag'
const about = 'read models'

/** Whether read models keep up with the journal. */
export function judgeProjection({ checkpoint, end, next, nowMs }: ProjectionSeen): readonly Finding[] {
  const { generation, position, begun } = checkpoint
  if (generation > 0 && !begun)
    return [
      {
        level: 'advice',
        check,
        about,
        found: 'read models are wanted anew, and nobody has begun',
        means: 'Lists show what there was, or little, until they are built.',
        todo: 'Start a projector, or look at its log when one runs.',
      },
    ]
  if (position > end)
    return [
      {
        level: 'advice',
        check,
        about,
        found: 'read models are ahead of the journal',
        means: 'The journal was restored from a backup or is another one: lists show what it does not hold.',
        todo: 'A projector that starts builds them anew; or now: node deploy/main.ts rebuild.',
      },
    ]
  const behindMs = next === undefined ? 0 : Math.max(0, nowMs - next.atMs)
  if (behindMs <= lateMs.advice) {
    const said = next === undefined ? 'hold every fact of the journal' : `are ${timeText(behindMs)} behind the journal`
    return [well(check, about, said)]
  }
  return [
    {
      level: behindMs > lateMs.wrong ? 'wrong' : 'advice',
      check,
      about,
      found: `they are ${timeText(behindMs)} behind the journal`,
      means: 'The console’s lists are as old as that. Chats go on.',
      todo: 'Look whether a projector runs and what its log says; whether MongoDB is slow or full (RUNBOOK.md, FineAcersReadModelsBehind).',
    },
  ]
}
