/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks'
import type { PublicFile } from '#gateway/protocol.ts'
import type { Session } from '../session.ts'
import type { Strings } from '../strings/strings.ts'

interface FileProps {
  readonly file: PublicFile
  /** The number of its message. */
  readonly n: number
  readonly session: Session
  readonly strings: Strings
}

/** How long before its end a link is no longer begun with. */
const marginMs = 60_000

/** A file that came with a message: a picture or a player, else a link to save it. */
export function FileView({ file, n, session, strings }: FileProps) {
  const [link, setLink] = useState<string | undefined>()
  const [failed, setFailed] = useState(false)
  const [times, setTimes] = useState(0)
  const key = file.file
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const ask = async () => {
      const found = await session.fileLink(n, key)
      if (gone) return
      setFailed(found === undefined)
      if (found === undefined) return
      setLink(found.url)
      timer = setTimeout(
        () => setTimes((now) => now + 1),
        Math.max(marginMs, found.expiresAtMs - Date.now() - marginMs),
      )
    }
    void ask()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [session, n, key, times])
  const name = file.filename ?? strings.file
  if (failed) {
    return (
      <p class="bubble">
        {name}{' '}
        <button type="button" class="text-button" onClick={() => setTimes(times + 1)}>
          {strings.retry}
        </button>
      </p>
    )
  }
  const { mimeType } = file
  if (/^image\/(?:jpeg|png|webp|gif)$/u.test(mimeType) && link !== undefined) {
    return (
      <a href={link} target="_blank" rel="noopener noreferrer">
        <img class="file-picture" src={link} alt={name} onError={() => setFailed(true)} />
      </a>
    )
  }
  if (mimeType.startsWith('audio/')) return <audio class="file-player" controls src={link} aria-label={name} />
  if (mimeType === 'video/mp4') return <video class="file-picture" controls src={link} aria-label={name} />
  return (
    <p class="bubble">
      <a
        {...(link === undefined ? {} : { href: `${link}&name=${encodeURIComponent(name)}` })}
        target="_blank"
        rel="noopener noreferrer"
      >
        {name}
      </a>
    </p>
  )
}
