/** What HTTP answers beside the sockets: sign-in and imports. */
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
