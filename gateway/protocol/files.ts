/** Files of messages: what has become of our copy, and where it is had. */
import type { MediaLoss } from '#machines/media-contract.ts'

/** A file that a customer sent by a provider, told apart by the provider's id: `mediaId` of its attachment. */
export interface FileView {
  readonly mediaId: string
  /** `fetching`: our copy is not made yet; `reason` says what keeps it, once something does. */
  readonly status: 'fetching' | 'kept' | 'lost'
  /** Its key at `/v1/files/…`, once it is kept. */
  readonly file?: string
  readonly mimeType?: string
  readonly sizeBytes?: number
  readonly why?: MediaLoss
  readonly reason?: string
}

/** An address at which one file is had for some minutes, by whoever has the address. */
export interface FileLink {
  readonly url: string
  readonly expiresAtMs: number
}

/** A file that was uploaded to be sent. */
export interface UploadedFile {
  readonly file: string
  /** By its own bytes, where they tell. */
  readonly mimeType: string
  readonly sizeBytes: number
}

/** A file that goes out with a member's message. */
export interface FileToSend {
  readonly file: string
  readonly filename?: string
}
