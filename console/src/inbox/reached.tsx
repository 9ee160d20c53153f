import { UserX } from 'lucide-react'
import { useState } from 'react'
import type { ConversationMarks, InboxRow } from '#gateway/protocol.ts'
import { mayManage } from '../client.ts'
import { shortDay } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useMe, useText } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Section } from '../ui/section.tsx'
import { international, ReachedBy } from './customer-reach.tsx'

/** How the customer is reached; a manager says here that somebody else has their number now. */
export function Reached({ row, marks }: { readonly row: InboxRow; readonly marks: ConversationMarks }) {
  const { t, locale } = useText()
  const me = useMe()
  const [open, setOpen] = useState(false)
  const { reached, left } = marks
  if (left !== undefined) {
    return (
      <Section title={t('customer.reached')}>
        <p className="text-ink-2">{t('customer.left', { who: left.by, day: shortDay(left.atMs, locale) })}</p>
      </Section>
    )
  }
  const [first] = reached
  if (first === undefined) return null
  const key = international(first.phone) ?? first.email ?? first.username ?? first.userId ?? ''
  return (
    <Section title={t('customer.reached')}>
      <ReachedBy reached={reached} />
      {mayManage(me) ? (
        <Button small icon={UserX} className="mt-1" onClick={() => setOpen(true)}>
          {t('customer.somebody-else')}
        </Button>
      ) : null}
      {open ? <SeparateDialog row={row} contactKey={key} onClose={() => setOpen(false)} /> : null}
    </Section>
  )
}

interface SeparateDialogProps {
  readonly row: InboxRow
  readonly contactKey: string
  readonly onClose: () => void
}

/** Says what will happen before it does. */
function SeparateDialog({ row, contactKey, onClose }: SeparateDialogProps) {
  const { t } = useText()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const words = { name: row.name, key: contactKey }
  const separate = async () => {
    setBusy(true)
    const reply = await client.act({ type: 'contact.separate', conversation: row.conversation })
    setBusy(false)
    if (!reply.ok) return
    onClose()
    client.toasts.show({ tone: 'done', text: t('customer.separated', words) })
  }
  return (
    <Dialog
      title={t('customer.separate-title', words)}
      description={t('customer.separate-hint', words)}
      onClose={onClose}
    >
      <ul className="mt-1 list-disc space-y-1 pl-5 text-ink-2">
        {(['stays', 'next', 'lead'] as const).map((each) => (
          <li key={each}>{t(`customer.will.${each}`, words)}</li>
        ))}
      </ul>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button look="primary" icon={UserX} busy={busy} onClick={() => void separate()}>
          {t('customer.separate-go')}
        </Button>
      </div>
    </Dialog>
  )
}
