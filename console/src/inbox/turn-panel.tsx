import { Bot } from 'lucide-react'
import type { TurnView } from '#gateway/protocol.ts'
import { percent } from '../text/format.ts'
import { TroubleBadge } from '../ui/badge.tsx'
import { useT } from '../ui/context.tsx'
import { ClaimedText, SourcesButton } from './claims.tsx'

const steps = ['routing', 'answering', 'checking'] as const

/** The assistant at work: where it is, what it is about to say, how sure, and from where. Taking over now drops it. */
export function TurnPanel({ turn }: { readonly turn: TurnView }) {
  const t = useT()
  const at = steps.findIndex((step) => step === turn.status)
  return (
    <div
      aria-label={t('turn.title')}
      role="group"
      className="appear shrink-0 border-t border-line bg-surface px-4 py-2.5 md:px-6"
    >
      <div className="mx-auto max-w-3xl">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[12.5px]">
          <span className="flex items-center gap-1.5 font-semibold text-assistant">
            <Bot size={14} aria-hidden className="breathe" />
            {t('turn.title')}
          </span>
          <ol className="flex items-center gap-1.5">
            {steps.map((step, index) => (
              <li
                key={step}
                aria-current={index === at ? 'step' : undefined}
                className={index === at ? 'font-semibold text-ink' : 'text-ink-3'}
              >
                {index > 0 ? <span aria-hidden>› </span> : null}
                {t(`turn.${step}`)}
              </li>
            ))}
          </ol>
          <span className="tabular ml-auto flex items-center gap-2 text-ink-2">
            {turn.route === undefined ? null : <span>{t(`specialist.${turn.route.specialist}`)}</span>}
            {turn.confidence === undefined ? null : (
              <span>{t('confidence', { percent: percent(turn.confidence) })}</span>
            )}
            {turn.claims === undefined || turn.claims.length === 0 ? null : <SourcesButton claims={turn.claims} />}
          </span>
        </div>
        {turn.text === undefined || turn.text === '' ? null : (
          <p
            aria-live="off"
            className="mt-1.5 max-h-28 overflow-y-auto rounded-box border border-dashed border-assistant/50 px-3 py-2 text-[14px] text-ink-2"
          >
            <ClaimedText text={turn.text} claims={turn.claims ?? []} />
            <span className="breathe ml-0.5 inline-block h-4 w-0.5 translate-y-0.5 bg-assistant" aria-hidden />
          </p>
        )}
        {turn.verdict !== undefined && turn.verdict.problems.length > 0 ? (
          <p className="mt-1.5 flex items-center gap-2">
            <TroubleBadge>{t('turn.blocked')}</TroubleBadge>
            <span className="text-ink-2">{turn.verdict.problems.join('; ')}</span>
          </p>
        ) : null}
      </div>
    </div>
  )
}
