import { Send, type LucideIcon } from 'lucide-react'
import type { ComponentProps, FormEvent, ReactNode } from 'react'
import type { Offer } from '#gateway/protocol.ts'
import { Button } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import type { OfferKind } from './offer-form.ts'

/** What every dialog of the menu is given. */
export interface OfferDialogProps {
  readonly onSend: (offer: Offer) => void
  readonly onClose: () => void
}

interface FrameProps {
  readonly kind: OfferKind
  readonly hint: string
  /** What will be sent; absent while something is missing. */
  readonly offer: Offer | undefined
  readonly fields: ReactNode
  readonly preview: ReactNode
}

/** A dialog that makes one thing to send: fields at the left, what the customer will see at the right. */
export function OfferFrame({ kind, hint, offer, fields, preview, onSend, onClose }: FrameProps & OfferDialogProps) {
  const t = useT()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (offer !== undefined) onSend(offer)
  }
  return (
    <Dialog title={t(`offer.${kind}`)} description={hint} onClose={onClose} wide>
      <form onSubmit={submit} className="flex flex-col gap-3 pt-1">
        <div className="grid gap-4 md:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-3">{fields}</div>
          <section aria-label={t('offer.preview')} className="min-w-0">
            <p className="mb-1 text-[13px] font-medium">{t('offer.preview')}</p>
            <div className="rounded-box border border-line bg-canvas p-3">
              <div className="rounded-box bg-surface p-2.5 shadow-sm">{preview}</div>
            </div>
          </section>
        </div>
        <Button type="submit" look="primary" icon={Send} className="self-end" disabled={offer === undefined}>
          {t('offer.send')}
        </Button>
      </form>
    </Dialog>
  )
}

interface LimitedProps {
  readonly label: string
  readonly value: string
  readonly max: number
  readonly onPut: (value: string) => void
  readonly problem?: string
}

/** Words with what they may have shown as they grow. */
export function LimitedText({ label, value, max, onPut }: LimitedProps) {
  const t = useT()
  return (
    <TextArea
      label={label}
      hint={t('offer.left', { count: value.length, max })}
      value={value}
      maxLength={max}
      rows={4}
      required
      autoFocus
      dir="auto"
      onChange={(event) => onPut(event.target.value)}
    />
  )
}

/** One line, likewise. */
export function LimitedLine({
  label,
  value,
  max,
  onPut,
  problem,
  ...rest
}: LimitedProps & Pick<ComponentProps<'input'>, 'required'>) {
  const t = useT()
  return (
    <TextField
      label={label}
      hint={t('offer.left', { count: value.length, max })}
      value={value}
      maxLength={max}
      dir="auto"
      {...rest}
      {...(problem === undefined ? {} : { problem })}
      onChange={(event) => onPut(event.target.value)}
    />
  )
}

/** Words with the button that goes under them. */
export function ButtonPreview({
  text,
  button,
  icon: Icon,
}: {
  readonly text: string
  readonly button: string
  readonly icon: LucideIcon
}) {
  return (
    <>
      <p dir="auto" className="min-h-5 wrap-anywhere whitespace-pre-wrap">
        {text}
      </p>
      <p className="mt-2 flex items-center justify-center gap-1.5 border-t border-line pt-2 text-center font-medium text-accent-ink">
        <Icon size={15} aria-hidden className="shrink-0" />
        <span className="min-w-0 truncate">{button === '' ? '…' : button}</span>
      </p>
    </>
  )
}
