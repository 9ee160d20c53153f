import {
  ClipboardList,
  Contact,
  Link,
  MapPin,
  MapPinned,
  MessageSquareWarning,
  Phone,
  ShoppingBag,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Attachment, FileView, TranscriptMessage } from '#gateway/protocol.ts'
import { useT } from '../ui/context.tsx'
import { Frame } from './attachment-frame.tsx'
import { FileAttachment, fileIcons } from './file-attachment.tsx'
import { answerRows } from './offer-form.ts'

/** What came with a message beside its words. */
export function Attachments({
  attachments,
  files,
}: {
  readonly attachments: readonly Attachment[]
  readonly files: readonly FileView[]
}) {
  return attachments.map((attachment, index) => <AttachmentView key={index} attachment={attachment} files={files} />)
}

/** What we sent that is more than words: a file, a place, a link. A template's words are its text. */
export function SentContent({ content }: { readonly content: NonNullable<TranscriptMessage['content']> }) {
  const t = useT()
  switch (content.kind) {
    case 'location':
      return <Place place={content} />
    case 'media': {
      const { media, filename, link, file } = content
      // It is among the attachments.
      if (file !== undefined) return null
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
    case 'location-request':
      return <Tappable icon={MapPinned}>{t('content.location-request')}</Tappable>
    case 'contact-request':
      return <Tappable icon={Phone}>{t('content.contact-request')}</Tappable>
    case 'flow':
      return <Tappable icon={ClipboardList}>{t('content.flow', { label: content.label })}</Tappable>
    default:
      return null
  }
}

/** The button that went with the words. */
function Tappable({ icon: Icon, children }: { readonly icon: LucideIcon; readonly children: ReactNode }) {
  return (
    <p className="flex max-w-full min-w-0 items-center gap-1.5 px-1 text-[12.5px] text-ink-3">
      <Icon size={13} aria-hidden className="shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  )
}

function AttachmentView({
  attachment,
  files,
}: {
  readonly attachment: Attachment
  readonly files: readonly FileView[]
}) {
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
      const view = files.find(({ mediaId }) => mediaId === attachment.mediaId)
      return <FileAttachment attachment={attachment} {...(view === undefined ? {} : { view })} />
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
    <Frame
      icon={ClipboardList}
      title={form.name === 'flow' ? t('attachment.form-plain') : t('attachment.form', { name: form.name })}
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {answerRows(form.answers).map(([field, answer]) => (
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
