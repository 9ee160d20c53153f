import type { ColorScheme } from './settings.ts'

/** A call of `window.FineAcers(name, …)` after parsing. */
export type SdkCommand =
  | { readonly type: 'open' | 'close' | 'toggle' | 'reset' }
  | { readonly type: 'setUser'; readonly user: WidgetUser }
  | { readonly type: 'setAttributes'; readonly attributes: WidgetAttributes }
  | { readonly type: 'setLocale'; readonly language: string }
  | { readonly type: 'setColorScheme'; readonly scheme: ColorScheme }
  | { readonly type: 'sendMessage'; readonly text: string }
  | { readonly type: 'on'; readonly event: SdkEvent; readonly listener: (detail: unknown) => void }
  | { readonly type: 'invalid'; readonly message: string }

export interface WidgetUser {
  readonly name?: string
  readonly phone?: string
  readonly email?: string
}

export interface WidgetAttributes {
  /** The home the page shows now; `undefined` when it shows none any more. */
  readonly pageListing: string | undefined
}

/** What a host page can listen to. */
export type SdkEvent = (typeof sdkEvents)[number]

export const sdkEvents = ['ready', 'open', 'close', 'message', 'unread', 'listing', 'error'] as const

/** Reads one SDK call. A wrong call never throws into the host page: it comes back as `invalid` with what to change. */
export function parseSdkCall(call: readonly unknown[]): SdkCommand {
  const [name, first, second] = call
  switch (name) {
    case 'open':
    case 'close':
    case 'toggle':
    case 'reset':
      return { type: name }
    case 'setUser':
      return { type: name, user: pick(first, ['name', 'phone', 'email']) }
    case 'setAttributes':
      return attributes(first)
    case 'setLocale':
      return typeof first === 'string' ? { type: name, language: first } : invalid('setLocale takes a language tag')
    case 'setColorScheme':
      return first === 'auto' || first === 'light' || first === 'dark'
        ? { type: name, scheme: first }
        : invalid('setColorScheme takes auto, light or dark')
    case 'sendMessage':
      return typeof first === 'string' && first.trim() !== ''
        ? { type: name, text: first }
        : invalid('sendMessage takes a text that is not empty')
    case 'on':
      return listen(first, second)
    default:
      return invalid(`unknown command ${String(name)}`)
  }
}

function listen(event: unknown, listener: unknown): SdkCommand {
  const known = sdkEvents.find((each) => each === event)
  if (known === undefined) return invalid(`on knows ${sdkEvents.join(', ')}`)
  if (typeof listener !== 'function') return invalid('on takes a function')
  return { type: 'on', event: known, listener: (detail) => void listener(detail) }
}

function attributes(value: unknown): SdkCommand {
  const given = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const other = given.find((key) => key !== 'pageListing')
  if (other !== undefined || given.length === 0) {
    return invalid(`setAttributes takes { pageListing }${other === undefined ? '' : `; it knows no ${other}`}`)
  }
  return { type: 'setAttributes', attributes: { pageListing: pick(value, ['pageListing']).pageListing } }
}

function pick<K extends string>(value: unknown, keys: readonly K[]): { readonly [key in K]?: string } {
  const picked: { [key in K]?: string } = {}
  if (typeof value !== 'object' || value === null) return picked
  const entries = new Map<string, unknown>(Object.entries(value))
  for (const key of keys) {
    const each = entries.get(key)
    if (typeof each === 'string' && each !== '') picked[key] = each
  }
  return picked
}

function invalid(message: string): SdkCommand {
  return { type: 'invalid', message: `FineAcers: ${message}` }
}
