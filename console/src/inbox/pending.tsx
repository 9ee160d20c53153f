import { CircleAlert, Clock, CloudOff } from 'lucide-react'
import type { PendingMessage } from '../stores/outbox.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'

/** Messages on their way: shown at once, and what became of them. */
export function PendingBubbles({ pending }: { readonly pending: readonly PendingMessage[] }) {
  return pending.map((message) => <PendingBubble key={message.clientId} message={message} />)
}

function PendingBubble({ message }: { readonly message: PendingMessage }) {
  const t = useT()
  const client = useClient()
  const failed = message.status === 'failed'
  const Icon = failed ? CircleAlert : message.status === 'waiting' ? CloudOff : Clock
  const discard = () => {
    client.drafts.set(message.conversation, client.outbox.discard(message.clientId))
    window.dispatchEvent(new CustomEvent('draft-restored'))
  }
  return (
    <div className="mt-3 flex flex-col items-end gap-1 pl-10 md:pl-20">
      <div
        dir="auto"
        className={`max-w-full rounded-box px-3 py-2 text-[15px] leading-[1.45] break-words whitespace-pre-wrap ${failed ? 'border border-trouble bg-surface' : 'bg-person-soft'}`}
      >
        {[message.text, ...(message.files ?? []).map(({ filename, file }) => `📎 ${filename ?? file}`)]
          .filter((line) => line !== '')
          .join('\n')}
      </div>
      <div className={`flex items-center gap-2 text-[12px] ${failed ? 'text-trouble' : 'text-ink-3'}`}>
        <span className="flex items-center gap-1">
          <Icon size={13} aria-hidden />
          {failed
            ? message.problem === undefined
              ? t('tick.not-sent')
              : refusalText(message.problem, t)
            : t(message.status === 'waiting' ? 'tick.waiting' : 'tick.sending')}
        </span>
        {message.status === 'sending' ? null : (
          <>
            <Button small look="quiet" onClick={() => void client.outbox.retry(message.clientId)}>
              {t('try-again')}
            </Button>
            <Button small look="quiet" onClick={discard}>
              {t('pending.edit')}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
