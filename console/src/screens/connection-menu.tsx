import { MoreHorizontal, Pencil, Trash2, type LucideIcon } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { HttpResult } from '../connection/http.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu } from '../ui/menu.tsx'

/** Draws the form of a connection, with what to call once it is saved. */
export type FormOf = (onSaved: () => Promise<unknown>) => ReactNode

/** A further change that a connection offers between editing and removing it. */
export interface FurtherChange {
  readonly label: string
  readonly description: string
  readonly icon: LucideIcon
  readonly renderForm: FormOf
}

interface MenuProps {
  readonly name: string
  readonly renderEdit: FormOf
  readonly further?: FurtherChange
  /** What one loses by removing it. */
  readonly sure: string
  readonly remove: () => Promise<HttpResult<unknown>>
  /** After it was removed, or could not be. */
  readonly onChange: () => Promise<unknown>
  /** After a form was saved. */
  readonly onSaved: () => Promise<unknown>
}

/** What one does with a connection that is there: change it, or remove it once one is sure. */
export function ConnectionMenu({ name, renderEdit, further, sure, remove, onChange, onSaved }: MenuProps) {
  const t = useT()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'further' | 'remove'>()
  const close = () => setOpen(undefined)
  const saved = async () => {
    close()
    await onSaved()
  }
  const removed = async () => {
    close()
    const result = await remove()
    if (result.ok) client.toasts.show({ tone: 'done', text: t('channels.removed', { number: name }) })
    else client.showProblem(result.error)
    await onChange()
  }
  return (
    <>
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label={`${t('channels.actions')}: ${name}`} />}
        items={[
          { label: t('channels.edit'), icon: Pencil, run: () => setOpen('edit') },
          ...(further === undefined
            ? []
            : [{ label: further.label, icon: further.icon, run: () => setOpen('further') }]),
          { label: t('channels.remove'), icon: Trash2, danger: true, run: () => setOpen('remove') },
        ]}
      />
      {open === 'edit' ? (
        <Dialog title={t('channels.edit-of', { number: name })} onClose={close}>
          {renderEdit(saved)}
        </Dialog>
      ) : open === 'further' && further !== undefined ? (
        <Dialog title={further.label} description={further.description} onClose={close}>
          {further.renderForm(saved)}
        </Dialog>
      ) : open === 'remove' ? (
        <Dialog title={t('channels.remove-of', { number: name })} description={sure} onClose={close}>
          <div className="flex justify-end gap-2 pt-3">
            <Button onClick={close}>{t('cancel')}</Button>
            <Button look="danger" icon={Trash2} onClick={() => void removed()}>
              {t('channels.remove')}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}
