import {
  ClipboardList,
  Contact,
  FileText,
  Image,
  Link,
  MapPin,
  MessageSquareWarning,
  Mic,
  Music,
  ShoppingBag,
  Sticker,
  Video,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Attachment, TranscriptMessage } from '#gateway/protocol.ts'
import { useT } from '../ui/context.tsx'

/** What came with a message beside its words. */
export function Attachments({ attachments }: { readonly attachments: readonly Attachment[] }) {
  return attachments.map((attachment, index) => <AttachmentView key={index} attachment={attachment} />)
}

/** What we sent that is more than words: a file, a place, a link. A template's words are its text. */
export function SentContent({ content }: { readonly content: NonNullable<TranscriptMessage['content']> }) {
  const t = useT()
  switch (content.kind) {
    case 'location':
      return <Place place={content} />
    case 'media': {
      const { media, filename, link } = content
      return (
        <Frame icon={fileIcons[media]} title={filename ?? t(`attachment.${media}`)}>
          {link === undefined ? null : <Outside href={link}>{link}</Outside>}
        </Frame>
      )
    }
    case 'link':
      return (
        <Frame icon={Link} title={content.label}>
          <Outside href={content.url}>{content.url}</Outside>
        </Frame>
      )
    default:
      return null
  }
}

const fileIcons = {
  image: Image,
  video: Video,
  audio: Music,
  voice: Mic,
  document: FileText,
  sticker: Sticker,
} as const

function AttachmentView({ attachment }: { readonly attachment: Attachment }) {
  const t = useT()
  switch (attachment.kind) {
    case 'location':
      return <Place place={attachment} />
    case 'contacts':
      return <Contacts contacts={attachment.contacts} />
    case 'order':
      return <Order items={attachment.items} />
    case 'form':
      return <FormAnswers form={attachment} />
    case 'unsupported':
      return (
        <Frame icon={MessageSquareWarning} title={t('attachment.unsupported')}>
          <p className="break-words text-ink-2">{attachment.what}</p>
        </Frame>
      )
    default: {
      const { kind, filename } = attachment
      return (
        <Frame icon={fileIcons[kind]} title={filename ?? t(`attachment.${kind}`)}>
          <p className="text-[12px] text-ink-3">
            {filename === undefined ? null : `${t(`attachment.${kind}`)} · `}
            {t('attachment.at-provider')}
          </p>
        </Frame>
      )
    }
  }
}

type Of<Kind extends Attachment['kind']> = Extract<Attachment, { readonly kind: Kind }>

function Place({ place }: { readonly place: Omit<Of<'location'>, 'kind' | 'url'> }) {
  const t = useT()
  const { latitude, longitude, name, address } = place
  const at = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`
  return (
    <Frame icon={MapPin} title={name ?? t('attachment.location')}>
      <p className="text-ink-2">{address ?? at}</p>
      <Outside
        href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
      >
        {t('attachment.map')}
      </Outside>
    </Frame>
  )
}

function Contacts({ contacts }: Pick<Of<'contacts'>, 'contacts'>) {
  const t = useT()
  return (
    <Frame icon={Contact} title={t('attachment.contacts')}>
      <ul className="flex flex-col gap-0.5">
        {contacts.map(({ name, phones }, index) => (
          <li key={index} className="flex flex-wrap gap-x-2">
            <span>{name}</span>
            {phones.map((phone) => (
              <a key={phone} href={`tel:${phone}`} className="tabular text-accent-ink hover:underline">
                {phone}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </Frame>
  )
}

function Order({ items }: Pick<Of<'order'>, 'items'>) {
  const t = useT()
  return (
    <Frame icon={ShoppingBag} title={t('attachment.order')}>
      <ul className="tabular">
        {items.map(({ productId, quantity, price, currency = '' }, index) => (
          <li key={index} className="flex gap-2">
            <span>{quantity} ×</span>
            <span className="min-w-0 break-words">{productId}</span>
            {price === undefined ? null : (
              <span className="ml-auto text-ink-2">
                {price} {currency}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Frame>
  )
}

function FormAnswers({ form }: { readonly form: Of<'form'> }) {
  const t = useT()
  return (
    <Frame icon={ClipboardList} title={t('attachment.form', { name: form.name })}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {Object.entries(form.answers).map(([field, answer]) => (
          <div key={field} className="contents">
            <dt className="text-ink-3">{field}</dt>
            <dd className="min-w-0 break-words">{answer}</dd>
          </div>
        ))}
      </dl>
    </Frame>
  )
}

/** Only the web is led to; any other address is shown. */
function Outside({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^https?:/iu.test(href)) return <span className="break-all text-ink-2">{children}</span>
  return (
    <a href={href} target="_blank" rel="noreferrer" className="break-all text-accent-ink underline underline-offset-2">
      {children}
    </a>
  )
}

interface FrameProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly children: ReactNode
}

function Frame({ icon: Icon, title, children }: FrameProps) {
  return (
    <div className="flex max-w-80 min-w-0 gap-2 rounded-box border border-line bg-surface px-3 py-2 text-[13px]">
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-ink-3" />
      <div className="min-w-0">
        <p className="font-medium break-words">{title}</p>
        {children}
      </div>
    </div>
  )
}
