/** What staff see of our accounts at providers: whether they can send, and the templates they have. */
import type { AccountNotice, Brakes } from '#machines/account-contract.ts'

/** An account of ours, such as a WhatsApp number. */
export interface ChannelAccountView {
  /** The address of its actor. */
  readonly address: string
  readonly channel: string
  /** WhatsApp's phone number id. */
  readonly account: string
  /** The number as people write it, where it is known. */
  readonly displayNumber?: string
  /** What keeps its messages back now; empty while it can send. */
  readonly brakes: Brakes
  /** The provider's word for the quality of the number. */
  readonly quality?: string
  /** How many people a day may be written to first. */
  readonly limit?: number
  /** The last fifty, oldest first. */
  readonly notices: readonly AccountNotice[]
  readonly templatesReadAtMs?: number
}

/** A template as the provider has it. */
export interface TemplateView {
  /** WhatsApp's phone number id of the account that has it. */
  readonly account: string
  readonly name: string
  readonly language: string
  /** `APPROVED`, `PAUSED`, …: the provider's own word. */
  readonly status: string
  readonly category: string
  /** Its words, with variables as `{{1}}`. */
  readonly body: string
  readonly variables: number
  /** `text`, `image`, `video`, `document` or `location`. */
  readonly header?: string
  readonly buttons: readonly { readonly type: string; readonly text: string; readonly url?: string }[]
  readonly quality?: string
  /** Why its status is what it is, where the provider said. */
  readonly reason?: string
}

/** A template that a member sends, filled in. */
export interface FilledTemplate {
  readonly name: string
  readonly language: string
  /** The body's variables, in order. */
  readonly variables: readonly string[]
  /** Web address of the picture, film or document in the header. */
  readonly header?: string
}
