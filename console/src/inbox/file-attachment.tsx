import { CircleAlert, Download, FileText, Image, LoaderCircle, Mic, Music, Sticker, Video } from 'lucide-react'
import { useState } from 'react'
import type { Attachment, FileView } from '#gateway/protocol.ts'
import { bytesInWords } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { Frame } from './attachment-frame.tsx'
import { useFileLink, type LinkToFile } from './file-link.ts'

type FileOf = Extract<Attachment, { readonly mediaId: string }>

export const fileIcons = {
  image: Image,
  video: Video,
  audio: Music,
  voice: Mic,
  document: FileText,
  sticker: Sticker,
} as const

interface Props {
  readonly attachment: FileOf
  /** What has become of our copy, where the server told. */
  readonly view?: FileView
}

/** A file of a message: shown or played where that is safe, else a link; while it is fetched or when it is lost, that. */
export function FileAttachment({ attachment, view }: Props) {
  const t = useT()
  const { kind, filename } = attachment
  const file = attachment.file ?? view?.file
  const title = filename ?? t(`attachment.${kind}`)
  if (file !== undefined) {
    const mimeType = view?.mimeType ?? attachment.mimeType
    const sizeBytes = view?.sizeBytes ?? attachment.sizeBytes
    const size = sizeBytes === undefined ? {} : { sizeBytes }
    return <Kept file={file} kind={kind} title={title} mimeType={mimeType} {...size} />
  }
  return (
    <Frame icon={view?.status === 'lost' ? CircleAlert : fileIcons[kind]} title={title}>
      <p role="status" className={`text-[12px] ${view?.status === 'lost' ? 'text-trouble' : 'text-ink-3'}`}>
        <State view={view} />
      </p>
    </Frame>
  )
}

function State({ view }: { readonly view: FileView | undefined }) {
  const t = useT()
  if (view === undefined) return t('attachment.at-provider')
  if (view.status === 'lost') return t(`file.lost-${view.why ?? 'missing'}`)
  return (
    <span className="inline-flex items-center gap-1.5">
      <LoaderCircle size={13} className="animate-spin motion-reduce:animate-none" aria-hidden />
      {view.reason === undefined ? t('file.fetching') : t('file.delayed', { reason: view.reason })}
    </span>
  )
}

interface KeptProps {
  readonly file: string
  readonly kind: FileOf['kind']
  readonly title: string
  readonly mimeType: string
  readonly sizeBytes?: number
}

function Kept({ file, kind, title, mimeType, sizeBytes }: KeptProps) {
  const t = useT()
  const link = useFileLink(file, title)
  const [broken, setBroken] = useState(false)
  const again = () => {
    setBroken(false)
    link.again()
  }
  const onError = () => setBroken(link.url !== undefined)
  if (link.failed || broken) {
    return (
      <Frame icon={CircleAlert} title={title}>
        <p className="text-[12px] text-trouble">{t('file.unreadable')}</p>
        <Button small look="quiet" onClick={again}>
          {t('try-again')}
        </Button>
      </Frame>
    )
  }
  if (/^image\/(?:jpeg|png|webp|gif)$/u.test(mimeType))
    return <Picture link={link} title={title} kind={kind} onError={onError} />
  if (mimeType.startsWith('audio/')) return <Sound link={link} title={title} onError={onError} />
  if (mimeType === 'video/mp4') return <Film link={link} title={title} onError={onError} />
  const size = sizeBytes === undefined ? '' : bytesInWords(sizeBytes)
  return (
    <Frame icon={fileIcons[kind]} title={title}>
      <a
        href={link.url}
        download={title}
        className="inline-flex items-center gap-1.5 text-accent-ink underline underline-offset-2"
      >
        <Download size={13} aria-hidden />
        {size === '' ? t('file.save') : t('file.save-size', { size })}
      </a>
    </Frame>
  )
}

interface Shown {
  readonly link: LinkToFile
  readonly title: string
  readonly onError: () => void
}

/** Bounded in the transcript; a click opens the whole. */
function Picture({ link, title, kind, onError }: Shown & Pick<KeptProps, 'kind'>) {
  const t = useT()
  const bound = kind === 'sticker' ? 'max-h-32 max-w-32' : 'max-h-72 max-w-[min(20rem,100%)]'
  if (link.url === undefined) return <div aria-hidden className="h-40 w-56 rounded-box bg-sunken" />
  return (
    <a href={link.url} target="_blank" rel="noreferrer" aria-label={t('file.open', { name: title })}>
      <img
        src={link.url}
        alt={title}
        loading="lazy"
        onError={onError}
        className={`block min-h-10 min-w-10 rounded-box border border-line bg-sunken object-contain ${bound}`}
      />
    </a>
  )
}

function Sound({ link, title, onError }: Shown) {
  return (
    <audio
      controls
      preload="metadata"
      src={link.url}
      onError={onError}
      aria-label={title}
      className="block h-11 w-72 max-w-full"
    />
  )
}

function Film({ link, title, onError }: Shown) {
  return (
    <video
      controls
      preload="metadata"
      src={link.url}
      onError={onError}
      aria-label={title}
      className="block max-h-80 max-w-[min(20rem,100%)] rounded-box border border-line bg-sunken"
    />
  )
}
