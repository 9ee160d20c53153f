import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { MediaFacts } from '#machines/media-contract.ts'
import type { FileView } from '../protocol.ts'
import { factOf, maybe } from './shape.ts'

/** What has become of a file that came with a message. Kept by facts alone: `reduceMedia`. */
export interface MediaDocument extends FileView {
  readonly workspace: string
  readonly media: string
  readonly channel: string
  readonly account: string
  /** Position of the last fact in it. */
  readonly at: number
}

/** The document after one more fact of its actor; nothing before the first. Pure. */
export function reduceMedia(before: MediaDocument | undefined, fact: Fact): MediaDocument | undefined {
  const each = factOf<MediaFacts>(fact)
  const at = fact.position
  if (each.type === 'media-asked') {
    const { channel, account, mediaId, mimeType } = each.data
    const { workspace } = partsOf(fact.address)
    return { workspace, media: fact.address, channel, account, mediaId, status: 'fetching', mimeType, at }
  }
  if (before === undefined) return undefined
  switch (each.type) {
    case 'media-delayed':
      return { ...before, reason: each.data.reason, at }
    case 'media-kept': {
      const { file, mimeType, sizeBytes } = each.data
      const { reason: _late, ...rest } = before
      return { ...rest, status: 'kept', file, mimeType, sizeBytes, at }
    }
    case 'media-lost':
      return { ...before, status: 'lost', why: each.data.why, reason: each.data.reason, at }
    default:
      return before
  }
}

/** As staff see it. */
export function fileView({ mediaId, status, file, mimeType, sizeBytes, why, reason }: MediaDocument): FileView {
  const known = { ...maybe('file', file), ...maybe('mimeType', mimeType), ...maybe('sizeBytes', sizeBytes) }
  return { mediaId, status, ...known, ...maybe('why', why), ...maybe('reason', reason) }
}
