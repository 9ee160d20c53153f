import { useEffect, useRef, useState } from 'react'
import type { FileToSend } from '#gateway/protocol.ts'
import { checkOutgoingFile, filesAtOnceMax, type FileCheck } from '#machines/outgoing-files.ts'
import { uploadFile } from '../connection/files.ts'
import { bytesInWords } from '../text/format.ts'
import { refusalText } from '../text/refusal.ts'
import { useClient, useT } from '../ui/context.tsx'

/** A file that is to be sent. `refused`: this channel does not carry it; `failed`: the upload may be tried again. */
export interface Attached {
  readonly id: string
  readonly name: string
  readonly sizeBytes: number
  readonly status: 'uploading' | 'ready' | 'refused' | 'failed'
  /** What share has gone up, 0 to 1. */
  readonly share: number
  readonly file?: string
  readonly problem?: string
}

export interface Attaching {
  readonly list: readonly Attached[]
  /** Those that can be sent; nothing is sent while another of the list can not. */
  readonly ready: readonly FileToSend[]
  readonly isWhole: boolean
  readonly add: (files: Iterable<File>) => void
  readonly remove: (id: string) => void
  readonly retry: (id: string) => void
  readonly clear: () => void
}

/** Files of the composer: checked against the channel, then uploaded while one writes. They go with the composer. */
export function useAttaching(channel: string): Attaching {
  const t = useT()
  const client = useClient()
  const [list, setList] = useState<readonly Attached[]>([])
  const sources = useRef(new Map<string, { readonly source: File; readonly stop: AbortController }>())
  useEffect(() => {
    const kept = sources.current
    return () => kept.forEach(({ stop }) => stop.abort())
  }, [])
  const change = (id: string, to: Partial<Attached>) =>
    setList((now) => now.map((each) => (each.id === id ? { ...each, ...to } : each)))
  const refusal = (check: FileCheck) => (check.ok ? undefined : adviceKey(check, channel, t))
  const upload = async (id: string, source: File) => {
    const stop = new AbortController()
    sources.current.set(id, { source, stop })
    const sent = await uploadFile(client, source, { told: (share) => change(id, { share }), signal: stop.signal })
    if (!sent.ok) return change(id, { status: 'failed', problem: refusalText(sent.error, t) })
    // By its bytes it may be something else than its name said.
    const problem = refusal(checkOutgoingFile(channel, sent.value))
    if (problem !== undefined) return change(id, { status: 'refused', problem })
    change(id, { status: 'ready', share: 1, file: sent.value.file })
  }
  const addOne = (source: File, place: number) => {
    const id = crypto.randomUUID()
    const { name, size: sizeBytes, type } = source
    const check = checkOutgoingFile(channel, { mimeType: type === '' ? 'application/octet-stream' : type, sizeBytes })
    const problem = place < filesAtOnceMax ? refusal(check) : t('attach.too-many', { count: String(filesAtOnceMax) })
    const status = problem === undefined ? 'uploading' : 'refused'
    const attached = { id, name, sizeBytes, status, share: 0, ...(problem === undefined ? {} : { problem }) } as const
    setList((now) => [...now, attached])
    if (problem === undefined) void upload(id, source)
  }
  const remove = (id: string) => {
    sources.current.get(id)?.stop.abort()
    sources.current.delete(id)
    setList((now) => now.filter((each) => each.id !== id))
  }
  return {
    list,
    ready: list.flatMap(({ file, name }) => (file === undefined ? [] : [{ file, filename: name.slice(0, 200) }])),
    isWhole: list.every(({ status }) => status === 'ready'),
    add: (files) => [...files].forEach((each, index) => addOne(each, list.length + index)),
    remove,
    retry: (id) => {
      const source = sources.current.get(id)?.source
      if (source === undefined) return
      change(id, { status: 'uploading', share: 0 })
      void upload(id, source)
    },
    clear: () => {
      sources.current.clear()
      setList([])
    },
  }
}

function adviceKey(
  check: Extract<FileCheck, { readonly ok: false }>,
  channel: string,
  t: ReturnType<typeof useT>,
): string {
  switch (check.why) {
    case 'no-files':
      return t('attach.sms')
    case 'empty':
      return t('attach.empty')
    case 'type':
      return t('attach.type', { channel: channel === 'whatsapp' ? 'WhatsApp' : t('attach.here') })
    case 'too-large':
      return t('attach.too-large', { size: bytesInWords(check.bytesMax) })
  }
}
