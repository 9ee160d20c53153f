import { createHash } from 'node:crypto'
import { z } from 'zod'
import { partsOf, type Address } from '#runtime/address.ts'
import type { Json } from '#runtime/json.ts'
import type { Files } from '#runtime/ports/files.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import type { EffectHandler } from '#runtime/runtime.ts'
import type { KeptMedia, MediaKeep, MediaKind } from '#machines/media-contract.ts'
import type { GraphFailure } from '../channels/whatsapp/graph-answer.ts'
import type { GraphMedia } from '../channels/whatsapp/graph-media.ts'
import type { Connections } from '../connections/connection.ts'
import { GatewayError } from '../errors.ts'
import { maybe } from '../read-models/shape.ts'
import { plainType, sniffedType, typeOfFile } from './sniff-type.ts'

const keepShape: z.ZodType<MediaKeep> = z.object({
  channel: z.string(),
  account: z.string(),
  mediaId: z.string(),
  kind: z.enum(['image', 'video', 'audio', 'voice', 'document', 'sticker']),
  mimeType: z.string(),
  sha256: z.exactOptional(z.string()),
  attempt: z.number(),
})

/** Longer than a place and a download may take twice, shorter than the machine's. A file is in memory while it is on its way: few at a time. */
const policy = { timeoutMs: 330_000, attemptsMax: 1, backoffMs: 1000, concurrency: 4 }

/** Bytes that are not those announced may be a line's fault; so often they are not. */
const mismatchesMax = 3

export interface MediaKeeping {
  readonly connections: Connections
  readonly graph: Pick<GraphMedia, 'download'>
  readonly files: Files
}

/**
 * The effect `keep-media`: fetches a file from its provider and keeps it under a key that follows from its actor's address, so that who crashed in between
 * fetches and keeps the same again. Only bytes with the digest that was announced are kept, and only a picture as a picture.
 */
export function createKeepMediaEffect(keeping: MediaKeeping): EffectHandler {
  return {
    policy,
    async run({ address, input }, { signal }) {
      return asJson(await kept({ address, wanted: keepShape.parse(input), signal }, keeping))
    },
  }
}

interface Keeping {
  readonly address: Address
  readonly wanted: MediaKeep
  readonly signal: AbortSignal
}

async function kept(
  { address, wanted, signal }: Keeping,
  { connections, graph, files }: MediaKeeping,
): Promise<KeptMedia> {
  const { channel, account, mediaId, kind, sha256, attempt } = wanted
  if (channel !== 'whatsapp') return { outcome: 'missing', reason: `files of ${channel} are not fetched` }
  const number = await connections.whatsappAccount(partsOf(address).workspace, account).catch((error: unknown) => {
    if (error instanceof GatewayError) return error
    throw error
  })
  if (number instanceof GatewayError) return { outcome: 'later', reason: number.message }
  if (number === undefined) return { outcome: 'later', reason: `the WhatsApp number ${account} is not connected` }
  const which = { token: number.accessToken, mediaId, kind: kind === 'voice' ? 'audio' : kind, signal } as const
  const asked = await graph.download({ ...which, ...maybe('sha256', sha256) })
  if (!asked.ok) return unkept(asked.failure, attempt)
  return keep(address, { bytes: asked.value.bytes, wanted }, files)
}

/** The key of the file of a media actor. */
export function mediaFileKey(address: Address): string {
  const digest = createHash('sha256').update(address).digest('hex').slice(0, 40)
  return `${partsOf(address).workspace}/media/${digest}`
}

async function keep(
  address: Address,
  { bytes, wanted }: { readonly bytes: Uint8Array; readonly wanted: MediaKeep },
  files: Files,
): Promise<KeptMedia> {
  const { kind, mimeType: declared } = wanted
  const contentType = keptType(kind, bytes, declared)
  if (contentType === undefined) {
    return { outcome: 'lost', why: 'mismatch', reason: `it is sent as ${kind}, and is none by its bytes` }
  }
  try {
    const about = { contentType, sizeBytes: bytes.byteLength }
    const { key: file, sizeBytes } = await files.put(mediaFileKey(address), once(bytes), about)
    const sha256 = createHash('sha256').update(bytes).digest('base64')
    return { outcome: 'kept', file, mimeType: contentType, sizeBytes, sha256 }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    if (error.code === 'file-refused') return { outcome: 'lost', why: 'mismatch', reason: error.message }
    return { outcome: 'later', reason: 'our own store of files does not take it now' }
  }
}

/** What it is kept as; nothing when it can't be what it was sent as. Sound and film share their containers, so that bytes alone do not tell one from the other. */
function keptType(kind: MediaKind, bytes: Uint8Array, declared: string): string | undefined {
  const sniffed = sniffedType(bytes)
  if (kind === 'document') return typeOfFile(bytes, declared)
  if (kind === 'image' || kind === 'sticker') return /^image\/(?!svg)/u.test(sniffed ?? '') ? sniffed : undefined
  if (sniffed !== undefined && !/^(?:audio|video)\//u.test(sniffed)) return undefined
  const family = kind === 'video' ? 'video/' : 'audio/'
  if (sniffed?.startsWith(family) === true) return sniffed
  const plain = plainType(declared)
  return plain.startsWith(family) ? plain : 'application/octet-stream'
}

function unkept({ kind, reason, afterMs, file }: GraphFailure, attempt: number): KeptMedia {
  if (file === 'too-large') return { outcome: 'lost', why: 'too-large', reason }
  if (file === 'mismatch' && attempt >= mismatchesMax) return { outcome: 'lost', why: 'mismatch', reason }
  // Access that is refused may be mended while the id lives.
  return { outcome: kind === 'missing' ? 'missing' : 'later', reason, ...maybe('afterMs', afterMs) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function asJson(media: KeptMedia): Json {
  return { ...media }
}
