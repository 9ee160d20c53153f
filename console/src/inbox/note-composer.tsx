import { StickyNote } from 'lucide-react'
import { useState } from 'react'
import { limits } from '#gateway/protocol.ts'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'

interface NoteProps {
  readonly open: OpenConversation
  readonly onDone: () => void
}

/** A note only colleagues see. It looks unlike a reply, so that nobody writes the one for the other. */
export function NoteComposer({ open, onDone }: NoteProps) {
  const t = useT()
  const client = useClient()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [noteId] = useState(() => crypto.randomUUID())
  const save = async () => {
    if (text.trim() === '') return
    setBusy(true)
    const reply = await client.act({ type: 'note.add', conversation: open.conversation, noteId, text: text.trim() })
    setBusy(false)
    if (reply.ok) onDone()
  }
  return (
    <div className="mx-auto max-w-3xl px-4 py-3 md:px-6">
      <div className="rounded-box border border-dashed border-field bg-waiting-soft focus-within:border-focus">
        <textarea
          autoFocus
          rows={2}
          aria-label={t('note.label')}
          placeholder={t('note.placeholder')}
          value={text}
          maxLength={limits.textMax}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onDone()
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            void save()
          }}
          className="block w-full resize-none bg-transparent px-3 py-2.5 text-[15px] outline-none placeholder:text-ink-2"
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          <span className="flex items-center gap-1.5 px-1 text-[12.5px] text-ink-2">
            <StickyNote size={14} aria-hidden />
            {t('note.only-team')}
          </span>
          <Button small look="quiet" className="ml-auto" onClick={onDone}>
            {t('cancel')}
          </Button>
          <Button small look="primary" busy={busy} onClick={() => void save()}>
            {t('note.save')}
          </Button>
        </div>
      </div>
    </div>
  )
}
