/**
 * Who is signed in. The access token lives here, in memory; the refresh token is a cookie the page cannot read.
 * 1. One refresh at a time, across tabs too: the cookie rotates, and using one twice signs everybody out.
 * 2. A network that fails is not a refusal: the session stays, and is tried again.
 */
import type { Member, ProblemReport, SignedIn } from '#gateway/protocol.ts'
import type { Http, HttpResult } from './http.ts'
import { createStore } from './store.ts'

export type SessionState =
  | { readonly kind: 'starting'; readonly unreachable: boolean }
  | { readonly kind: 'signed-out'; readonly reason?: string }
  | { readonly kind: 'signed-in'; readonly signedIn: SignedIn }

export interface SessionEnvironment {
  readonly http: Http
  readonly nowMs: () => number
  /** Runs the work while no other tab runs its own. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>
  /** Calls back once after a while; returns the cancel. */
  readonly after: (delayMs: number, work: () => void) => () => void
}

export type Credentials = { readonly email: string; readonly password: string } | { readonly code: string }

const refreshEarlyMs = 60_000
const retryMs = 3_000

export class Session {
  readonly state = createStore<SessionState>({ kind: 'starting', unreachable: false })
  readonly #environment: SessionEnvironment
  #refreshing: Promise<boolean> | undefined
  #cancelTimer: () => void = () => undefined

  constructor(environment: SessionEnvironment) {
    this.#environment = environment
  }

  get token(): string | undefined {
    const state = this.state.get()
    return state.kind === 'signed-in' ? state.signedIn.accessToken : undefined
  }

  get member(): Member | undefined {
    const state = this.state.get()
    return state.kind === 'signed-in' ? state.signedIn.member : undefined
  }

  /** Resumes by the cookie when there is one; otherwise the sign-in screen. */
  async start(): Promise<void> {
    await this.refresh()
  }

  async signIn(credentials: Credentials): Promise<ProblemReport | undefined> {
    const result = await this.#environment.http<SignedIn>({
      method: 'POST',
      path: '/v1/auth/sign-in',
      json: credentials,
    })
    if (!result.ok) return result.error
    this.#accept(result.value)
    return undefined
  }

  /** After a one-time code: sets the password and the name shown to customers. */
  async setPassword(password: string, name: string): Promise<ProblemReport | undefined> {
    const state = this.state.get()
    if (state.kind !== 'signed-in') return { code: 'unauthenticated', message: 'Sign in first.', retry: 'never' }
    const token = state.signedIn.accessToken
    const result = await this.#environment.http<SignedIn | null>({
      method: 'POST',
      path: '/v1/auth/password',
      json: { password, name },
      token,
    })
    if (!result.ok) return result.error
    const next = result.value !== null && 'accessToken' in result.value ? result.value : state.signedIn
    this.#accept({ ...next, member: { ...next.member, name }, passwordNeeded: false })
    return undefined
  }

  async signOut(): Promise<void> {
    const token = this.token
    this.#cancelTimer()
    this.state.set({ kind: 'signed-out' })
    await this.#environment.http({
      method: 'POST',
      path: '/v1/auth/sign-out',
      ...(token === undefined ? {} : { token }),
    })
  }

  /** True when there is a fresh access token. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#environment
      .exclusively(() => this.#environment.http<SignedIn>({ method: 'POST', path: '/v1/auth/refresh', json: {} }))
      .then((result) => this.#settle(result))
      .finally(() => {
        this.#refreshing = undefined
      })
    return this.#refreshing
  }

  #settle(result: HttpResult<SignedIn>): boolean {
    if (result.ok) {
      this.#accept(result.value)
      return true
    }
    if (['unauthenticated', 'forbidden', 'invalid', 'not-found'].includes(result.error.code)) {
      const was = this.state.get().kind
      this.state.set({ kind: 'signed-out', ...(was === 'signed-in' ? { reason: result.error.message } : {}) })
      return false
    }
    // 2: not a refusal.
    if (this.state.get().kind === 'starting') this.state.set({ kind: 'starting', unreachable: true })
    this.#schedule(retryMs)
    return false
  }

  #accept(signedIn: SignedIn): void {
    this.state.set({ kind: 'signed-in', signedIn })
    const lifeMs = signedIn.expiresAtMs - this.#environment.nowMs()
    this.#schedule(Math.max(lifeMs - refreshEarlyMs, lifeMs / 2, 1_000))
  }

  #schedule(delayMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#environment.after(delayMs, () => void this.refresh())
  }
}
