import { CircleAlert, CircleCheck, LoaderCircle, Paperclip, RotateCcw, X } from 'lucide-react'
import { useRef } from 'react'
import { bytesInWords, percent } from '../text/format.ts'
import { IconButton } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import type { Attached, Attaching } from './attaching.ts'

/** The button that opens the choice of files. */
export function AttachButton({ attaching }: { readonly attaching: Attaching }) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton icon={Paperclip} label={t('attach.title')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={t('attach.title')}
        data-testid="attach"
        onChange={(event) => {
          attaching.add(event.target.files ?? [])
          event.target.value = ''
        }}
      />
    </>
  )
}

/** What will be sent with the words, how far it is, and what is wrong with it. */
export function AttachTray({ attaching }: { readonly attaching: Attaching }) {
  const t = useT()
  if (attaching.list.length === 0) return null
  return (
    <ul aria-label={t('attach.list')} className="flex flex-wrap gap-1.5 px-2 pt-2">
      {attaching.list.map((each) => (
        <Tile key={each.id} attached={each} attaching={attaching} />
      ))}
    </ul>
  )
}

function Tile({ attached, attaching }: { readonly attached: Attached; readonly attaching: Attaching }) {
  const t = useT()
  const { id, name, sizeBytes, status, share, problem } = attached
  const wrong = status === 'refused' || status === 'failed'
  const Icon = wrong ? CircleAlert : status === 'ready' ? CircleCheck : LoaderCircle
  return (
    <li
      className={`flex max-w-full min-w-0 items-start gap-2 rounded-box border px-2.5 py-1.5 text-[13px] ${wrong ? 'border-trouble' : 'border-line bg-sunken'}`}
    >
      <Icon
        size={15}
        aria-hidden
        className={`mt-0.5 shrink-0 ${wrong ? 'text-trouble' : 'text-ink-3'} ${status === 'uploading' ? 'animate-spin motion-reduce:animate-none' : ''}`}
      />
      <div className="min-w-0">
        <p className="max-w-56 truncate font-medium" title={name}>
          {name}
        </p>
        <p role="status" className={`tabular text-[12px] ${wrong ? 'text-trouble' : 'text-ink-3'}`}>
          {problem ?? bytesInWords(sizeBytes)}
          {wrong
            ? ''
            : ` · ${status === 'ready' ? t('attach.ready') : t('attach.uploading', { percent: percent(share) })}`}
        </p>
      </div>
      {status === 'failed' ? (
        <IconButton icon={RotateCcw} label={t('try-again')} onClick={() => attaching.retry(id)} />
      ) : null}
      <IconButton icon={X} label={t('attach.remove', { name })} onClick={() => attaching.remove(id)} />
    </li>
  )
}
