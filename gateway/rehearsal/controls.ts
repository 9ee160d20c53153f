import type { Clock } from '#runtime/ports/clock.ts'

/** What a person can press beside the phone. Switches stay pressed until released. */
export const controlTable = {
  duplicate: { label: 'Duplicate', line: 'Every webhook goes out twice.' },
  late: { label: 'Late', line: 'Webhooks go out late, with the time at which the thing happened.' },
  'out-of-order': { label: 'Out of order', line: 'Webhooks are gathered for a moment, then the newest goes first.' },
  'rate-limit': {
    label: 'Rate limit',
    line: 'Each call is refused with 429 and code 130429, and says when to come back.',
  },
  'window-closed': { label: 'Window closed', line: 'As if 24 hours had passed: only templates reach the customer.' },
  'window-at-once': {
    label: 'Window told at once',
    line: 'A closed window refuses the call itself (131047), not by a failed status afterwards.',
  },
  'token-expired': { label: 'Token expired', line: 'Each call is refused with 401, code 190.' },
  'username-only': {
    label: 'Username only',
    line: 'Customers hide their number: webhooks carry a user id and no phone.',
  },
  down: { label: 'Meta is down', line: 'For an hour calls are answered with 500; webhooks wait and come afterwards.' },
  held: { label: 'Held', line: 'Messages are accepted and held for quality assessment, until this is released.' },
  'template-paused': {
    label: 'Templates paused',
    line: 'All approved templates are paused: sends are refused with 132015.',
  },
  'answer-lost': { label: 'Answer lost', line: 'A send is taken, but the connection breaks before the answer.' },
} as const

export type Control = keyof typeof controlTable

export const controls: readonly Control[] = Object.keys(controlTable).filter(isControl)

/** A control as the page shows it. */
export interface ControlState {
  readonly name: Control
  readonly label: string
  readonly line: string
  readonly pressed: boolean
  /** When it releases itself. */
  readonly untilMs?: number
}

/** Tells a control's name from other text. */
export function isControl(name: string): name is Control {
  return Object.hasOwn(controlTable, name)
}

interface Parts {
  readonly clock: Clock
  readonly downMs: number
  /** Called after each change, also when time released it. */
  readonly onChange: (control: Control, now: 'pressed' | 'released') => void
}

/**
 * Which controls are pressed.
 * Owns that, and the timer that ends an outage. 1. Pressing what is pressed changes nothing, and so with releasing. 2. `down` releases itself.
 */
export class Controls {
  readonly #parts: Parts
  readonly #pressed = new Set<Control>()
  #upAgainAtMs: number | undefined
  #cancel: () => void = () => {}

  constructor(parts: Parts) {
    this.#parts = parts
  }

  isPressed(control: Control): boolean {
    return this.#pressed.has(control)
  }

  press(control: Control): void {
    // 1
    if (this.#pressed.has(control)) return
    this.#pressed.add(control)
    if (control === 'down') this.#awaitEnd()
    this.#parts.onChange(control, 'pressed')
  }

  release(control: Control): void {
    if (!this.#pressed.delete(control)) return
    if (control === 'down') this.#forgetEnd()
    this.#parts.onChange(control, 'released')
  }

  states(): readonly ControlState[] {
    return controls.map((name) => ({
      name,
      ...controlTable[name],
      pressed: this.#pressed.has(name),
      ...(name === 'down' && this.#upAgainAtMs !== undefined ? { untilMs: this.#upAgainAtMs } : {}),
    }))
  }

  close(): void {
    this.#forgetEnd()
  }

  #awaitEnd(): void {
    const { clock, downMs } = this.#parts
    this.#upAgainAtMs = clock.nowMs() + downMs
    this.#cancel = clock.schedule(this.#upAgainAtMs, () => this.release('down'))
  }

  #forgetEnd(): void {
    this.#cancel()
    this.#upAgainAtMs = undefined
  }
}
