import { limits } from '#gateway/protocol.ts'
import { storageKey } from './settings.ts'

/** How close to the limit the counter appears. */
const counterFrom = limits.textMax - 400

/** What the composer says about a text. The length counts after trimming, as it will be sent. */
export function draftState(text: string): {
  readonly length: number
  readonly fits: boolean
  readonly counter: boolean
  readonly empty: boolean
} {
  const { length } = text.trim()
  return { length, fits: length <= limits.textMax, counter: length >= counterFrom, empty: length === 0 }
}

/** What was being written when this tab was reloaded; empty where the browser keeps nothing. */
export function keptDraft(workspace: string): string {
  try {
    return sessionStorage.getItem(storageKey(workspace, 'draft')) ?? ''
  } catch {
    return ''
  }
}

/** Keeps what is being written over a reload of this tab, up to twice what a message can hold. */
export function keepDraft(workspace: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(storageKey(workspace, 'draft'))
    else sessionStorage.setItem(storageKey(workspace, 'draft'), text.slice(0, limits.textMax * 2))
  } catch {
    // Full or forbidden: a draft is the one thing here that may be lost.
  }
}
