import { createHash } from 'node:crypto'
import { z } from 'zod'
import { askedOf, failed, failureIn, type Asked } from './graph-answer.ts'
import type { FileReply, GraphCall } from './graph-call.ts'
import { exactId } from './graph-ids.ts'
import { checkMedia, mediaRules, type MediaKind } from './media-rules.ts'

/** Where a file of Meta's can be fetched, for five minutes. */
export interface MediaPlace {
  readonly url: string
  readonly mimeType: string
  /** Base64, or hex as Meta writes it here at times. */
  readonly sha256: string
  readonly sizeBytes: number
}

/** A file to be sent, whole in memory. */
export interface MediaFile {
  readonly kind: MediaKind
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly mimeType: string
  readonly filename: string
}

interface WhichMedia {
  readonly token: string
  readonly mediaId: string
  readonly signal?: AbortSignal
}

/** Files in and out of Meta. Ids from webhooks live 7 days, those of uploads 30. Source: whatsapp-and-lead-ads 6.6. */
export interface GraphMedia {
  media(which: WhichMedia): Promise<Asked<MediaPlace>>
  /** The whole file, whose digest is the webhook's `sha256` where that is given, else the one Meta tells now. */
  download(
    which: WhichMedia & { readonly kind: MediaKind; readonly sha256?: string },
  ): Promise<Asked<{ readonly bytes: Uint8Array; readonly mimeType: string }>>
  /** The id by which the file can be sent. */
  upload(what: {
    readonly account: string
    readonly token: string
    readonly file: MediaFile
    readonly signal?: AbortSignal
  }): Promise<Asked<string>>
}

const placeSchema = z
  .object({ url: z.string(), mime_type: z.string(), sha256: z.string(), file_size: z.coerce.number().nonnegative() })
  .transform(({ url, mime_type, sha256, file_size }): MediaPlace => ({
    url,
    mimeType: mime_type,
    sha256,
    sizeBytes: file_size,
  }))
const uploadedSchema = z.object({ id: exactId }).transform(({ id }) => id)

/** The calls for files, over a way to make calls. */
export function graphMedia(call: GraphCall): GraphMedia {
  const media: GraphMedia['media'] = async ({ mediaId, ...how }) =>
    askedOf(await call.json({ method: 'GET', path: [mediaId], ...how }), placeSchema, call.nowMs())
  return {
    media,
    async download({ kind, sha256, mediaId, ...how }) {
      const { bytesMax } = mediaRules[kind]
      const fetched = async (): Promise<FetchedFile> => {
        const place = await media({ mediaId, ...how })
        if (!place.ok) return place
        if (place.value.sizeBytes > bytesMax) return tooLarge(kind)
        if (!mayHaveToken(place.value.url, call.baseUrl)) return refused('The address of the file is not an https one.')
        const reply = await call.file({ address: place.value.url, ...how }, bytesMax)
        return { ok: true, value: { place: place.value, reply } }
      }
      const first = await fetched()
      // Its five minutes were over: a new address, once.
      const last = first.ok && isGone(first.value.reply) ? await fetched() : first
      if (!last.ok) return last
      const { place, reply } = last.value
      if (reply.kind === 'too-large') return tooLarge(kind)
      if (reply.kind !== 'file') return failed(failureIn(reply, call.nowMs()))
      if (!isDigestOf(reply.bytes, sha256 ?? place.sha256)) {
        const reason = 'The file came with other bytes than were announced.'
        return failed({ kind: 'later', reason, file: 'mismatch' })
      }
      return { ok: true, value: { bytes: reply.bytes, mimeType: place.mimeType } }
    },
    async upload({ account, file, ...how }) {
      const check = checkMedia(file.kind, { mimeType: file.mimeType, sizeBytes: file.bytes.byteLength })
      if (!check.ok) return refused(check.reason)
      const request = { method: 'POST', path: [account, 'media'], body: formOf(file), transfer: 'file' } as const
      return askedOf(await call.json({ ...request, ...how }), uploadedSchema, call.nowMs())
    },
  }
}

type FetchedFile = Asked<{ readonly place: MediaPlace; readonly reply: FileReply }>

function formOf({ bytes, mimeType, filename }: MediaFile): FormData {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', mimeType)
  form.set('file', new Blob([bytes], { type: mimeType }), filename)
  return form
}

/** The token goes along with the request: never in the clear, but to the very place that is configured. */
function mayHaveToken(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, origin } = new URL(url)
  return protocol === 'https:' || origin === new URL(baseUrl).origin
}

function isGone(reply: FileReply): boolean {
  return reply.kind === 'answered' && reply.status === 404
}

function isDigestOf(bytes: Uint8Array, sha256: string): boolean {
  const digest = createHash('sha256').update(bytes).digest()
  return sha256 === digest.toString('base64') || sha256.toLowerCase() === digest.toString('hex')
}

function tooLarge(kind: MediaKind): Asked<never> {
  const reason = `The file is larger than WhatsApp carries as ${kind}.`
  return failed({ kind: 'refused', reason, file: 'too-large' })
}

function refused(reason: string): Asked<never> {
  return failed({ kind: 'refused', reason })
}
