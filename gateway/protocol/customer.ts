/** The customer half of the protocol: Socket.IO namespace `/customer`. */
import type { Notice, TranscriptMessage } from '#machines/conversation-contract.ts'
import type { FileLink } from './files.ts'
import type { Receipts } from './shared.ts'

/** `auth` of the handshake. `token` is the one `welcome` gave; without it a new visitor begins. */
export interface CustomerHandshake {
  readonly protocol: number
  readonly workspace: string
  readonly token?: string
  readonly language: string
  readonly timeZone: string
  readonly page?: string
  readonly pageListing?: string
}

export type CustomerCommand =
  /** The same `clientId` again is the same message, however often and from whichever tab. */
  | { readonly type: 'message.send'; readonly clientId: string; readonly text: string }
  | { readonly type: 'resume'; readonly after: number }
  /** Where a file of message `n` is had, for some minutes. */
  | { readonly type: 'file.link'; readonly n: number; readonly file: string }
  | { readonly type: 'typing'; readonly on: boolean }
  | { readonly type: 'read'; readonly upTo: number }
  | { readonly type: 'person.request' }
  | { readonly type: 'identify'; readonly name?: string; readonly phone?: string; readonly email?: string }

export interface CustomerReplies {
  'message.send': { readonly n: number }
  resume: Transcript
  'file.link': FileLink
  typing: null
  read: null
  'person.request': null
  identify: null
}

/** What the customer may know of who answers. */
export type PublicOwner =
  | { readonly kind: 'assistant' }
  | {
      readonly kind: 'queue'
      readonly position?: number
      readonly waiting?: number
      readonly nobodyOnShift?: boolean
      readonly opensAtMs?: number
    }
  | { readonly kind: 'member'; readonly name: string }

/** A message as the customer sees it: no confidence, claims or ids of staff. */
export type PublicMessage = Pick<TranscriptMessage, 'n' | 'text' | 'atMs' | 'clientId' | 'cards' | 'chips'> & {
  /** Files that came with it from us. */
  readonly files?: readonly PublicFile[]
  readonly author:
    | { readonly kind: 'customer' }
    | { readonly kind: 'assistant' }
    | { readonly kind: 'member'; readonly name: string }
    | { readonly kind: 'system'; readonly notice: Notice; readonly name?: string }
}

/** A file as the customer may have it: `file.link` says where. */
export interface PublicFile {
  readonly file: string
  readonly mimeType: string
  readonly filename?: string
  readonly sizeBytes?: number
}

export interface Transcript {
  /** Numbers `after`+1 … `lastN`, without a gap unless `more`. */
  readonly messages: readonly PublicMessage[]
  readonly lastN: number
  /** The page was full: ask again after the last one. */
  readonly more: boolean
  readonly owner: PublicOwner
  readonly receipts: Receipts
  readonly status: 'open' | 'closed'
}

export type CustomerFrame =
  | {
      readonly type: 'welcome'
      readonly token: string
      readonly conversation: string
      readonly brand: WidgetBrand
      /** From the beginning; of a connection that was taken up again, from where it broke. */
      readonly transcript: Transcript
      readonly serverTimeMs: number
    }
  | { readonly type: 'message'; readonly message: PublicMessage }
  | { readonly type: 'owner'; readonly owner: PublicOwner }
  | { readonly type: 'typing'; readonly by: 'assistant' | 'member'; readonly name?: string; readonly on: boolean }
  | { readonly type: 'receipts'; readonly receipts: Receipts }
  | { readonly type: 'status'; readonly status: 'open' | 'closed' }
  /** The socket fell behind and frames were dropped: resume. */
  | { readonly type: 'behind' }

export interface WidgetBrand {
  readonly name: string
  readonly assistantName: string
  readonly greeting: string
  readonly questions: readonly string[]
  readonly accent: string
}
