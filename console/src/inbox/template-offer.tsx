import { LayoutTemplate } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { TemplatePicker } from './template-picker.tsx'
import type { View } from './timeline.tsx'

interface OfferProps {
  readonly conversation: string
  readonly view: View
  /** `chief`: nothing else can be sent. `aside`: one of the composer's small buttons. */
  readonly as: 'chief' | 'aside'
}

/** Offers templates where the channel has them. */
export function TemplateOffer({ conversation, view, as }: OfferProps) {
  const t = useT()
  const [picking, setPicking] = useState(false)
  if (view.row.channel !== 'whatsapp') return null
  const open = () => setPicking(true)
  return (
    <>
      {as === 'chief' ? (
        <Button look="primary" icon={LayoutTemplate} onClick={open}>
          {t('template.title')}
        </Button>
      ) : (
        <IconButton icon={LayoutTemplate} label={t('template.open')} onClick={open} />
      )}
      {picking ? (
        <TemplatePicker conversation={conversation} customer={view.row.name} onClose={() => setPicking(false)} />
      ) : null}
    </>
  )
}
