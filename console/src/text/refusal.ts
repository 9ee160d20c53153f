import type { ProblemReport } from '#gateway/protocol.ts'
import type { T } from './text.ts'

/** What to tell a person whose action did not happen: who won, when somebody did. */
export function refusalText(problem: ProblemReport, t: T): string {
  const owner = problem.refusal?.owner
  if (problem.code === 'refused' && owner !== undefined) {
    const who =
      owner.kind === 'member' ? owner.name : owner.kind === 'queue' ? t('owner.queue.long') : t('owner.assistant.long')
    if (problem.refusal?.code === 'already-owned') return t('refused.already-owned', { who })
    if (problem.refusal?.code === 'not-owner') return t('refused.not-owner', { who })
  }
  if (problem.code === 'unavailable') return t('refused.offline')
  if (problem.code === 'timeout') return t('refused.timeout')
  if (problem.code === 'forbidden') return t('refused.forbidden')
  return problem.message
}
