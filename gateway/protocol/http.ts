/** What HTTP answers beside the sockets: sign-in, imports and connections. */
import type { Member } from './staff-views.ts'

/** `POST /v1/auth/sign-in` { email, password } or { code } (the one-time code printed at first start). The refresh token is an HttpOnly cookie. */
export interface SignedIn {
  readonly accessToken: string
  readonly expiresAtMs: number
  readonly member: Member
  /** Signed in with the one-time code: a password has to be set (`POST /v1/auth/password` { password, name }). */
  readonly passwordNeeded: boolean
}

/** `GET /v1/imports/:id`, and the answer of `POST /v1/imports/preview` and `POST /v1/imports`. */
export interface ImportView {
  readonly id: string
  readonly kind: 'listings' | 'leads'
  readonly fileName: string
  readonly status: 'preview' | 'running' | 'done' | 'failed'
  readonly columns: readonly ImportColumn[]
  /** The first rows as they came. */
  readonly sample: readonly (readonly string[])[]
  readonly rows: number
  readonly done: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly rejected: number
  readonly problem?: string
  /** Fields that no column gives and without which it can't run. */
  readonly missing?: readonly string[]
  /** Every field a column can be mapped to, for the mapping screen. */
  readonly choices?: readonly { readonly field: string; readonly label: string }[]
}

export interface ImportColumn {
  readonly index: number
  readonly header: string
  /** A field of ours, or absent when the column is kept as an extra. */
  readonly field?: string
  /** How sure the recogniser is, 0 to 1. */
  readonly confidence: number
  readonly examples: readonly string[]
}

/** `GET /v1/connections`: what a workspace is connected to, for admins. */
export interface ConnectionsView {
  /** Where Meta is to send what happens; `problem` says why it can't, where that is known. */
  readonly webhook: { readonly address: string; readonly problem?: string }
  readonly whatsapp: readonly WhatsAppNumberView[]
}

/** A connected number. Of a secret only its last characters are told, and nothing of a short one. */
export interface WhatsAppNumberView {
  readonly business: string
  readonly account: string
  /** As people read it; empty until Meta has told it. */
  readonly displayNumber: string
  readonly accessToken?: SecretView
  /** The one in use, and the one before it while both are believed. */
  readonly appSecrets: readonly SecretView[]
  /** Meta shows it at the handshake; admins copy it there. */
  readonly verifyToken?: string
  /** Why its secrets do not open, and what to do. */
  readonly problem?: string
}

export interface SecretView {
  readonly endsWith: string
}

/** What a look at the live connection found, in words; `whatToDo` where something is wrong. */
export interface Finding {
  readonly ok: boolean
  readonly what: string
  readonly whatToDo?: string
  /** `what` by its code, for a reader of another language; absent where the words are a provider's own. */
  readonly says?: FindingText
  /** `whatToDo` likewise. */
  readonly asks?: FindingText
}

/** A sentence by its code, and what varies in it. */
export interface FindingText {
  readonly code: string
  readonly values: { readonly [name: string]: string }
}

/** One line of a check of an SMS number or a mailbox. */
export interface NamedFinding extends Finding {
  readonly id: string
}

/** `GET /v1/connections/{sms,email}`: the SMS numbers or mailboxes of a workspace, for admins. */
export interface ConnectedAccountsView {
  /** Where a provider is to send messages, for kinds that are told. */
  readonly webhook?: string
  readonly accounts: readonly ConnectedAccountView[]
}

/** A connected number or mailbox. Nothing of its secrets is told. */
export interface ConnectedAccountView {
  readonly account: string
  readonly settings: { readonly [name: string]: string | number }
  /** Why its secrets do not open, and what to do. */
  readonly problem?: string
}

/** `POST /v1/connections/{sms,email}/:account/check`. */
export interface NamedChecksView {
  readonly atMs: number
  readonly checks: readonly NamedFinding[]
}

/** `GET /v1/connections/pages`: the Facebook Pages of a workspace, for admins. */
export interface PagesView {
  /** Where Meta is to send what happens; `problem` says why it can't, where that is known. */
  readonly webhook: { readonly address: string; readonly problem?: string }
  readonly pages: readonly PageView[]
}

/** A connected Page. Of a secret only its last characters are told. */
export interface PageView {
  readonly page: string
  /** As people read it; empty until Meta has told it. */
  readonly name: string
  /** Id of its Instagram account. */
  readonly instagram?: string
  /** Forms whose leads are looked for; every one when empty. */
  readonly forms: readonly string[]
  /** What a ticked box of a form agrees to, such as `whatsapp:marketing`. */
  readonly consents: { readonly [checkbox: string]: readonly string[] }
  readonly accessToken?: SecretView
  /** Absent where the app is that of the WhatsApp numbers. */
  readonly appSecret?: SecretView
  readonly verifyToken?: string
  /** Why its secrets do not open, and what to do. */
  readonly problem?: string
}

/** One line of `POST /v1/connections/pages/:page/check`. */
export interface PageCheck extends Finding {
  readonly id: 'token' | 'permissions' | 'webhook' | 'subscription' | 'sweep' | 'signature'
}

/** `POST /v1/connections/pages/:page/check`. */
export interface PageChecksView {
  readonly atMs: number
  readonly checks: readonly PageCheck[]
}

/** One line of `POST /v1/connections/whatsapp/:account/check`. */
export interface ConnectionCheck extends Finding {
  readonly id: 'token' | 'permissions' | 'number' | 'webhook' | 'signature' | 'clock'
}

/** `POST /v1/connections/whatsapp/:account/check`. */
export interface ChecksView {
  readonly atMs: number
  readonly checks: readonly ConnectionCheck[]
}
