import { ClipboardList, ExternalLink, MapPin, MapPinned, Phone, Plus, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import type { Offer } from '#gateway/protocol.ts'
import { IconButton } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { Menu } from '../ui/menu.tsx'
import { FormDialog } from './form-dialog.tsx'
import { LinkDialog, RequestDialog } from './offer-dialogs.tsx'
import { offersOf, type OfferKind } from './offer-form.ts'
import { PlaceDialog } from './place-dialog.tsx'
import type { View } from './timeline.tsx'

const icons: Readonly<Record<OfferKind, LucideIcon>> = {
  'location-request': MapPinned,
  'contact-request': Phone,
  location: MapPin,
  link: ExternalLink,
  flow: ClipboardList,
}

/** The composer's menu of what is sent beside words; it holds what the conversation's channel has. */
export function OfferMenu({ conversation, view }: { readonly conversation: string; readonly view: View }) {
  const t = useT()
  const client = useClient()
  const [making, setMaking] = useState<OfferKind>()
  const close = () => setMaking(undefined)
  const send = (offer: Offer) => {
    void client.outbox.submitOffer(conversation, wordsOf(offer), offer)
    close()
  }
  const items = offersOf(view).map((kind) => ({
    label: t(`offer.${kind}`),
    icon: icons[kind],
    run: () => setMaking(kind),
  }))
  return (
    <>
      <Menu items={items} align="start" trigger={<IconButton icon={Plus} label={t('offer.menu')} />} />
      {making === undefined ? null : (
        <OfferDialog kind={making} hasButtons={view.row.channel === 'whatsapp'} onSend={send} onClose={close} />
      )}
    </>
  )
}

interface ChosenProps {
  readonly kind: OfferKind
  readonly hasButtons: boolean
  readonly onSend: (offer: Offer) => void
  readonly onClose: () => void
}

function OfferDialog({ kind, hasButtons, ...how }: ChosenProps) {
  switch (kind) {
    case 'location-request':
    case 'contact-request':
      return <RequestDialog kind={kind} {...how} />
    case 'location':
      return <PlaceDialog {...how} />
    case 'link':
      return <LinkDialog hasButtons={hasButtons} {...how} />
    case 'flow':
      return <FormDialog {...how} />
  }
}

/** What the bubble reads like until the server has it. */
function wordsOf(offer: Offer): string {
  if (offer.kind !== 'location') return offer.text
  return offer.name ?? offer.address ?? `${offer.latitude}, ${offer.longitude}`
}
