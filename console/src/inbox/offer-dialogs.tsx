import { ExternalLink, MapPin, Phone } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { fits, offerLimits, webAddress } from './offer-form.ts'
import { ButtonPreview, LimitedLine, LimitedText, OfferFrame, type OfferDialogProps } from './offer-frame.tsx'

interface RequestProps extends OfferDialogProps {
  readonly kind: 'location-request' | 'contact-request'
}

/** Asks the customer for a place or for their number: words, and the button they answer with. */
export function RequestDialog({ kind, ...rest }: RequestProps) {
  const t = useT()
  const [text, setText] = useState(t(`offer.${kind}.words`))
  const icon = kind === 'location-request' ? MapPin : Phone
  return (
    <OfferFrame
      kind={kind}
      hint={t(`offer.${kind}.hint`)}
      offer={fits(text, offerLimits.text) ? { kind, text: text.trim() } : undefined}
      fields={<LimitedText label={t('offer.text')} value={text} max={offerLimits.text} onPut={setText} />}
      preview={<ButtonPreview text={text} button={t(`offer.${kind}.button`)} icon={icon} />}
      {...rest}
    />
  )
}

interface LinkProps extends OfferDialogProps {
  /** The channel has buttons. */
  readonly hasButtons: boolean
}

/** Words with a button that opens a web page. */
export function LinkDialog({ hasButtons, ...rest }: LinkProps) {
  const t = useT()
  const [text, setText] = useState('')
  const [label, setLabel] = useState('')
  const [address, setAddress] = useState('')
  const url = webAddress(address)
  const isWhole = fits(text, offerLimits.text) && fits(label, offerLimits.label)
  const problem = address.trim() !== '' && url === undefined ? { problem: t('offer.url-wrong') } : {}
  return (
    <OfferFrame
      kind="link"
      hint={t(hasButtons ? 'offer.link.hint' : 'offer.link.hint-plain')}
      offer={isWhole && url !== undefined ? { kind: 'link', text: text.trim(), label: label.trim(), url } : undefined}
      fields={
        <>
          <LimitedText label={t('offer.text')} value={text} max={offerLimits.text} onPut={setText} />
          <LimitedLine label={t('offer.label')} value={label} max={offerLimits.label} onPut={setLabel} required />
          <TextField
            label={t('offer.url')}
            inputMode="url"
            placeholder="https://"
            value={address}
            maxLength={offerLimits.url}
            required
            {...problem}
            onChange={(event) => setAddress(event.target.value)}
          />
        </>
      }
      preview={
        hasButtons ? (
          <ButtonPreview text={text} button={label} icon={ExternalLink} />
        ) : (
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">{`${text}\n${label}: ${url ?? '…'}`}</p>
        )
      }
      {...rest}
    />
  )
}
