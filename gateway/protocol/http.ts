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
