import { fromPromise } from 'xstate'

/** What JSON can hold. The same shape as the runtime's `Json`; machines import nothing but XState. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/** A machine the host can run, with what a person reads about it. Fits the runtime's `HostedMachine`. */
export interface Hosted {
  readonly kind: string
  readonly version: number
  readonly title: string
  readonly description: string
  readonly machine: unknown
  /** Pure. `settings` is the workspace's; each kind reads its own key and falls back on its defaults. */
  input(address: string, settings: JsonObject): JsonObject
}

/** Work the host does under the name of the invoke's `src`. Started by XState itself it fails, so that nobody takes it for an answer. */
export function work<Output, Input>() {
  return fromPromise<Output, Input>(() => Promise.reject(new Error('this work is done by the host')))
}

/** Defaults overlaid with the given values of the same type; anything else is left out. */
export function settled(defaults: object, given: Json | undefined): JsonObject {
  const overlay = typeof given === 'object' && given !== null ? new Map(Object.entries(given)) : new Map<string, Json>()
  const settings: { [key: string]: Json } = {}
  for (const [key, value] of Object.entries(defaults)) {
    const replacement: unknown = overlay.get(key)
    const fits = typeof replacement === typeof value && Array.isArray(replacement) === Array.isArray(value)
    settings[key] = fits ? (replacement as Json) : (value as Json)
  }
  return settings
}

/** The workspace of an address `workspace/kind/id`. */
export function workspaceOf(address: string): string {
  return address.split('/', 1)[0] ?? ''
}

/** The id of an address `workspace/kind/id`. */
export function idOf(address: string): string {
  return address.split('/')[2] ?? ''
}

/** The address of a neighbour in the same workspace. */
export function neighbour(address: string, kind: string, id: string): string {
  return `${workspaceOf(address)}/${kind}/${id}`
}

/** Whether words may be part of an address, such as the name of a team. */
export function fitsAddress(id: string): boolean {
  return /^[A-Za-z0-9_~:@+-]{1,128}$/.test(id)
}
