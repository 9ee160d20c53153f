/** Which key does what. Pure: a key press and what was pressed before go in, an action or a half-done sequence comes out. */

export interface KeyPress {
  readonly key: string
  readonly ctrl: boolean
  readonly meta: boolean
  readonly alt: boolean
  /** The focus is in a field one types into. */
  readonly typing: boolean
  readonly atMs: number
}

export interface Binding {
  /** `t`, `g i` (one after the other), `mod+k` (⌘ or Ctrl), `Escape`. */
  readonly keys: string
  readonly action: string
}

export interface KeyState {
  readonly prefix?: string
  readonly untilMs: number
}

export const noKeys: KeyState = { untilMs: 0 }
const sequenceMs = 1_200

/** The action of a press, if any, and the state for the next one. While typing only `mod+` keys act. */
export function pressKey(
  bindings: readonly Binding[],
  state: KeyState,
  press: KeyPress,
): { readonly state: KeyState; readonly action?: string } {
  const name = nameOf(press)
  if (name === undefined) return { state }
  if (press.typing && !name.startsWith('mod+')) return { state: noKeys }
  if (state.prefix !== undefined && press.atMs <= state.untilMs) {
    const pair = `${state.prefix} ${name}`
    const found = bindings.find((binding) => binding.keys === pair)
    return found === undefined ? { state: noKeys } : { state: noKeys, action: found.action }
  }
  const found = bindings.find((binding) => binding.keys === name)
  if (found !== undefined) return { state: noKeys, action: found.action }
  const begins = bindings.some((binding) => binding.keys.startsWith(`${name} `))
  return { state: begins ? { prefix: name, untilMs: press.atMs + sequenceMs } : noKeys }
}

function nameOf(press: KeyPress): string | undefined {
  if (['Shift', 'Control', 'Meta', 'Alt'].includes(press.key)) return undefined
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  if (press.ctrl || press.meta) return press.alt ? undefined : `mod+${key}`
  return press.alt ? undefined : key
}

/** Keys that work everywhere. */
export const globalBindings: readonly Binding[] = [
  { keys: 'mod+k', action: 'commands' },
  { keys: '?', action: 'keys' },
  { keys: 'g i', action: 'go.inbox' },
  { keys: 'g f', action: 'go.funnel' },
  { keys: 'g l', action: 'go.leads' },
  { keys: 'g o', action: 'go.forecast' },
  { keys: 'g m', action: 'go.import' },
  { keys: 'g a', action: 'go.actors' },
  { keys: 'g d', action: 'go.dead-letters' },
  { keys: 'g t', action: 'go.members' },
  { keys: 'g c', action: 'go.channels' },
  { keys: 'g s', action: 'go.settings' },
]

/** Keys of the inbox and the open conversation. */
export const inboxBindings: readonly Binding[] = [
  { keys: 'j', action: 'inbox.next' },
  { keys: 'k', action: 'inbox.previous' },
  { keys: 'ArrowDown', action: 'inbox.next' },
  { keys: 'ArrowUp', action: 'inbox.previous' },
  { keys: 'Enter', action: 'inbox.open' },
  { keys: 'f', action: 'inbox.search' },
  { keys: '1', action: 'view.mine' },
  { keys: '2', action: 'view.waiting' },
  { keys: '3', action: 'view.assistant' },
  { keys: '4', action: 'view.all' },
  { keys: '5', action: 'view.closed' },
  { keys: 't', action: 'take-over' },
  { keys: 'r', action: 'reply' },
  { keys: 'n', action: 'note' },
  { keys: '/', action: 'canned' },
  { keys: '@', action: 'listing' },
  { keys: 'e', action: 'close' },
  { keys: 's', action: 'snooze' },
  { keys: 'a', action: 'assign' },
  { keys: 'h', action: 'hand-back' },
  { keys: 'q', action: 'hand-to-team' },
  { keys: 'u', action: 'reopen' },
  { keys: 'p', action: 'customer' },
  { keys: 'Escape', action: 'back' },
]
