import { Plus } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { AskedStore } from '../stores/asked-store.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failed, Skeleton } from '../ui/states.tsx'
import type { FormOf } from './connection-menu.tsx'

interface SectionProps<View> {
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly add: string
  readonly renderForm: FormOf
  /** What there is; asked when one comes to it. */
  readonly asked: AskedStore<View>
  readonly children: (view: View) => ReactNode
}

/** Connections of one kind: what there is, and setting one up. Nothing on a server that knows none. */
export function ChannelSection<View>({ id, title, hint, add, renderForm, asked, children }: SectionProps<View>) {
  const t = useT()
  const { value: view, problem } = useStore(asked.state)
  const reload = asked.ask
  useEffect(() => void reload(), [reload])
  if (problem?.code === 'not-found') return null
  return (
    <section aria-labelledby={id} className="mt-10 border-t border-line pt-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id={id} className="mr-auto text-[17px] font-semibold">
          {title}
        </h2>
        <AddButton label={add} renderForm={renderForm} onSaved={reload} />
      </div>
      <p className="mt-1 mb-5 text-ink-2">{hint}</p>
      {view !== undefined ? (
        children(view)
      ) : problem === undefined ? (
        <Skeleton rows={2} height={44} />
      ) : (
        <Failed text={refusalText(problem, t)} onRetry={() => void reload()} />
      )}
    </section>
  )
}

interface AddProps {
  readonly label: string
  readonly renderForm: FormOf
  readonly onSaved: () => Promise<unknown>
}

/** A button that opens the form of a new connection. */
export function AddButton({ label, renderForm, onSaved }: AddProps) {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  const saved = async () => {
    close()
    await onSaved()
  }
  return (
    <>
      <Button small icon={Plus} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {open ? (
        <Dialog title={label} onClose={close}>
          {renderForm(saved)}
        </Dialog>
      ) : null}
    </>
  )
}
