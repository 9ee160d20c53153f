import { useEffect, useRef, useState } from 'react'
import type { Client } from '../client.ts'
import { linkToFile } from '../connection/files.ts'
import { useClient } from '../ui/context.tsx'

/** Where a file is had: asked for when it is shown, and again before a link runs out. */
export interface LinkToFile {
  readonly url?: string
  readonly failed: boolean
  /** Asks anew, as after an element could not load. */
  readonly again: () => void
}

/** How long before its end a link is no longer begun with. */
const marginMs = 60_000

/** A link to a file, with the name under which it is saved. */
export function useFileLink(file: string, name: string): LinkToFile {
  const client = useClient()
  const [known, setKnown] = useState<Known>({ failed: false })
  const again = useRef(() => {})
  useEffect(() => {
    const following = followLink({ client, file, name }, setKnown)
    again.current = following.again
    return following.stop
  }, [client, file, name])
  return { ...known, again: () => again.current() }
}

interface Known {
  readonly url?: string
  readonly failed: boolean
}

/** Tells each link to a file until it is stopped. */
function followLink(
  { client, file, name }: { readonly client: Client; readonly file: string; readonly name: string },
  told: (known: Known) => void,
): { readonly again: () => void; readonly stop: () => void } {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = async (): Promise<void> => {
    clearTimeout(timer)
    const answer = await linkToFile(client, file)
    if (stopped) return
    if (!answer.ok) return told({ failed: true })
    const { url, expiresAtMs } = answer.value
    told({ url: `${url}&name=${encodeURIComponent(name)}`, failed: false })
    timer = setTimeout(() => void ask(), Math.max(marginMs, expiresAtMs - client.nowMs() - marginMs))
  }
  void ask()
  return {
    again: () => void ask(),
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
