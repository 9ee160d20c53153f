import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { OutgoingContent, Transmitted } from '#machines/dispatch-contract.ts'
import type { WhatsAppConnection } from '../../connections/connection.ts'
import { unlessAway } from '../../when-away.ts'
import type { GraphFailure } from './graph-answer.ts'
import type { GraphMedia } from './graph-media.ts'

type Media = Extract<OutgoingContent, { readonly kind: 'media' }>
type NotYet = Extract<Transmitted, { readonly outcome: 'later' | 'refused' }>

/** Meta keeps an upload for 30 days; an id is no longer used a day before. Source: whatsapp-and-lead-ads 6.6. */
const rememberedMs = 29 * 24 * 60 * 60 * 1000
/** Whole files are in memory on their way. */
const atOnceMax = 3
/** A message does not wait longer for its file: a large one goes on by itself, and the message comes back for it. */
const patienceMs = 20_000
const againMs = 5000

/** Our files at Meta, by number. */
export interface Uploads {
  /** The id by which the file can be sent, or why there is none yet. Reaches Meta, and no customer. */
  idOf(number: WhatsAppConnection, media: Media & { readonly file: string }): Promise<string | NotYet>
  /** Meta does not take the id any more: the file is uploaded anew. */
  forget(number: WhatsAppConnection, file: string): Promise<void>
}

/**
 * Owns the uploads in flight. 1. The same file goes up once at a time, however many messages wait for it. 2. An id that is remembered may be lost with the
 * ephemeral store: then the file goes up again, which does no harm.
 */
export function createUploads(house: {
  readonly graph: Pick<GraphMedia, 'upload'>
  readonly files: Files
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'delete'>
  readonly clock: Clock
  readonly log: Log
}): Uploads {
  const { ephemeral, clock, log } = house
  const flying = new Map<string, Promise<string | NotYet>>()
  const begin = (number: WhatsAppConnection, media: Media & { readonly file: string }): Promise<string | NotYet> => {
    const key = keyOf(number, media.file)
    // 1
    const running = flying.get(key)
    if (running !== undefined) return running
    if (flying.size >= atOnceMax) return Promise.resolve(paced('other files are on their way'))
    const upload = uploaded(number, media, house)
      .then(async (id) => {
        if (typeof id === 'string') await unlessAway(ephemeral.set(key, id, rememberedMs))
        return id
      })
      .catch((error: unknown) => {
        log.warn('a file could not be read to be sent', { file: media.file, error: String(error) })
        return { outcome: 'later', afterMs: againMs, reason: 'the file could not be read' } as const
      })
      .finally(() => flying.delete(key))
    flying.set(key, upload)
    return upload
  }
  return {
    async idOf(number, media) {
      const known = await unlessAway(ephemeral.get(keyOf(number, media.file)))
      if (typeof known === 'string') return known
      const late = Promise.withResolvers<NotYet>()
      const cancel = clock.schedule(clock.nowMs() + patienceMs, () => late.resolve(paced('the file is on its way')))
      return Promise.race([begin(number, media), late.promise]).finally(cancel)
    },
    async forget(number, file) {
      await unlessAway(ephemeral.delete(keyOf(number, file)))
    },
  }
}

function keyOf({ workspace, account }: WhatsAppConnection, file: string): string {
  return `whatsapp-upload/${workspace}/${account}/${file}`
}

/** Our own pace: it uses up none of the message's tries. */
function paced(reason: string): NotYet {
  return { outcome: 'later', afterMs: againMs, reason, whose: 'pace' }
}

async function uploaded(
  { account, accessToken: token }: WhatsAppConnection,
  { media: kind, file, filename }: Media & { readonly file: string },
  { graph, files }: { readonly graph: Pick<GraphMedia, 'upload'>; readonly files: Files },
): Promise<string | NotYet> {
  const reading = await files.read(file)
  if (reading === undefined) return refusal('the file is no longer there')
  const pieces: Uint8Array[] = []
  for await (const piece of reading.content) pieces.push(piece)
  const bytes = Uint8Array.from(Buffer.concat(pieces))
  const about = { kind, bytes, mimeType: reading.file.contentType, filename: filename ?? kind }
  const asked = await graph.upload({ account, token, file: about })
  return asked.ok ? asked.value : notTaken(asked.failure)
}

function notTaken({ kind, reason, afterMs = againMs, error }: GraphFailure): NotYet {
  const code = error?.code ?? 0
  if (kind === 'later') return { outcome: 'later', afterMs, reason, code }
  return { ...refusal(reason), action: error?.action ?? 'dead-letter', code }
}

function refusal(reason: string) {
  return { outcome: 'refused', action: 'dead-letter', code: 0, reason } as const
}
