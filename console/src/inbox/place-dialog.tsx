import { MapPin } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { ListingPlace } from '#gateway/protocol.ts'
import { refusalText } from '../text/refusal.ts'
import { useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Failed, Skeleton } from '../ui/states.tsx'
import { coordinatesIn, offerLimits } from './offer-form.ts'
import { OfferFrame, type OfferDialogProps } from './offer-frame.tsx'

/** Sends a place: a listing's, or one copied from a map. */
export function PlaceDialog(props: OfferDialogProps) {
  const t = useT()
  const [at, setAt] = useState('')
  const [name, setName] = useState('')
  const [address, setAddress] = useState('')
  const place = coordinatesIn(at)
  const choose = (found: ListingPlace) => {
    setAt(`${found.latitude}, ${found.longitude}`)
    setName(found.title.slice(0, offerLimits.name))
    setAddress(found.address.slice(0, offerLimits.address))
  }
  const named = {
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(address.trim() === '' ? {} : { address: address.trim() }),
  }
  const problem = at.trim() !== '' && place === undefined ? { problem: t('offer.place.at-wrong') } : {}
  return (
    <OfferFrame
      kind="location"
      hint={t('offer.location.hint')}
      offer={place === undefined ? undefined : { kind: 'location', ...place, ...named }}
      fields={
        <>
          <Listings onChoose={choose} />
          <TextField
            label={t('offer.place.at')}
            value={at}
            maxLength={offerLimits.url}
            required
            {...problem}
            onChange={(event) => setAt(event.target.value)}
          />
          <TextField
            label={t('offer.place.name')}
            value={name}
            maxLength={offerLimits.name}
            dir="auto"
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label={t('offer.place.address')}
            value={address}
            maxLength={offerLimits.address}
            dir="auto"
            onChange={(event) => setAddress(event.target.value)}
          />
        </>
      }
      preview={
        <>
          <div className="mb-2 flex h-20 items-center justify-center rounded-[5px] bg-sunken text-accent-ink">
            <MapPin size={22} aria-hidden />
          </div>
          <p dir="auto" className="font-medium wrap-anywhere">
            {name === '' ? t('attachment.location') : name}
          </p>
          <p dir="auto" className="tabular wrap-anywhere text-ink-2">
            {address !== '' ? address : place === undefined ? '…' : `${place.latitude}, ${place.longitude}`}
          </p>
        </>
      }
      {...props}
    />
  )
}

/** Listings that have a place on the map, as they are searched. */
function Listings({ onChoose }: { readonly onChoose: (place: ListingPlace) => void }) {
  const t = useT()
  const [text, setText] = useState('')
  return (
    <div>
      <TextField
        type="search"
        label={t('offer.place.search')}
        value={text}
        maxLength={200}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        // It searches by itself: Enter is not to send what stands in the other fields.
        onKeyDown={(event) => (event.key === 'Enter' ? event.preventDefault() : undefined)}
      />
      {text.trim() === '' ? null : <Found text={text.trim()} onChoose={onChoose} />}
    </div>
  )
}

function Found({ text, onChoose }: { readonly text: string; readonly onChoose: (place: ListingPlace) => void }) {
  const t = useT()
  const options = useCallback(() => ({ command: { type: 'place.search', text } as const }), [text])
  const { value, problem, store } = useLoaded(options)
  if (problem !== undefined) return <Failed text={refusalText(problem, t)} onRetry={() => void store.load()} />
  if (value === undefined) return <Skeleton rows={2} height={36} />
  if (value.length === 0) return <p className="mt-1.5 text-[13px] text-ink-3">{t('offer.place.none')}</p>
  return (
    <ul aria-label={t('offer.place.found')} className="mt-1.5 max-h-40 overflow-y-auto rounded-box border border-line">
      {value.map((each) => (
        <li key={each.listingId}>
          <button
            type="button"
            onClick={() => onChoose(each)}
            className="block w-full px-2.5 py-1.5 text-left hover:bg-hover"
          >
            <span className="block truncate">{each.title}</span>
            <span className="block truncate text-[12.5px] text-ink-2">{each.address}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
