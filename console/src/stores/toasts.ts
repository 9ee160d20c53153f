/** Short messages at the edge of the screen, with an undo where there is one. Bounded: the oldest gives way. */
import { createStore, type Store } from '../connection/store.ts'

export interface Toast {
  readonly id: number
  readonly tone: 'done' | 'trouble' | 'waiting' | 'person'
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
  readonly untilMs: number
}

const shownMax = 4
const lifeMs = 7_000

export interface Toasts {
  readonly state: Store<readonly Toast[]>
  readonly show: (toast: Pick<Toast, 'tone' | 'text' | 'action'>) => void
  readonly dismiss: (id: number) => void
}

/** `after` calls back once after a while. One with an action stays longer, because somebody has to reach it. */
export function createToasts(nowMs: () => number, after: (delayMs: number, work: () => void) => void): Toasts {
  const state = createStore<readonly Toast[]>([])
  let lastId = 0
  const dismiss = (id: number) => state.update((now) => now.filter((each) => each.id !== id))
  return {
    state,
    dismiss,
    show: (toast) => {
      const id = ++lastId
      const stays = toast.action === undefined ? lifeMs : lifeMs * 2
      state.update((now) => [...now, { ...toast, id, untilMs: nowMs() + stays }].slice(-shownMax))
      after(stays, () => dismiss(id))
    },
  }
}
