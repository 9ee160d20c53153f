import { Plus, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import type { CannedReply } from '#gateway/protocol.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { fieldOf } from '../screens/form.ts'

/** The team's canned replies: add, change, delete with undo. */
export function CannedDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT()
  const client = useClient()
  const replies = useStore(client.canned)
  const [editing, setEditing] = useState<CannedReply>()
  const save = async (reply: CannedReply) => {
    const answer = await client.act({ type: 'canned.save', reply })
    if (answer.ok) {
      setEditing(undefined)
      await client.loadCanned()
    }
  }
  const remove = async (reply: CannedReply) => {
    const answer = await client.act({ type: 'canned.delete', shortcut: reply.shortcut })
    if (!answer.ok) return
    await client.loadCanned()
    client.toasts.show({
      tone: 'done',
      text: t('canned.deleted', { shortcut: reply.shortcut }),
      action: { label: t('undo'), run: () => void save(reply) },
    })
  }
  return (
    <Dialog title={t('canned.title')} description={t('canned.hint')} onClose={onClose} wide>
      {editing === undefined ? (
        <>
          <ul className="my-2">
            {replies.map((reply) => (
              <li key={reply.shortcut} className="flex items-center gap-2 border-b border-line py-1">
                <button
                  type="button"
                  onClick={() => setEditing(reply)}
                  className="min-w-0 flex-1 rounded-[5px] px-1 py-1 text-left hover:bg-hover"
                >
                  <span className="block font-medium">/{reply.shortcut}</span>
                  <span className="block truncate text-ink-2">{reply.text}</span>
                </button>
                <IconButton
                  icon={Trash2}
                  label={t('canned.delete', { shortcut: reply.shortcut })}
                  onClick={() => void remove(reply)}
                />
              </li>
            ))}
          </ul>
          {replies.length === 0 ? <p className="py-3 text-ink-3">{t('canned.empty')}</p> : null}
          <Button icon={Plus} onClick={() => setEditing({ shortcut: '', text: '' })}>
            {t('canned.add')}
          </Button>
        </>
      ) : (
        <CannedForm reply={editing} onCancel={() => setEditing(undefined)} onSave={(reply) => void save(reply)} />
      )}
    </Dialog>
  )
}

interface FormProps {
  readonly reply: CannedReply
  readonly onCancel: () => void
  readonly onSave: (reply: CannedReply) => void
}

function CannedForm({ reply, onCancel, onSave }: FormProps) {
  const t = useT()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    onSave({ shortcut: fieldOf(form, 'shortcut'), text: fieldOf(form, 'text') })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 pt-2">
      <TextField
        label={t('canned.shortcut')}
        name="shortcut"
        defaultValue={reply.shortcut}
        readOnly={reply.shortcut !== ''}
        required
        pattern="[A-Za-z0-9_\-]{1,32}"
        hint={t('canned.shortcut-hint')}
        autoFocus
      />
      <TextArea
        label={t('canned.text')}
        name="text"
        defaultValue={reply.text}
        required
        maxLength={4000}
        hint={t('canned.text-hint')}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button type="submit" look="primary">
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
