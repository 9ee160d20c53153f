/** What a member chose for this browser: language, theme, sound. Kept in local storage; unknown content is the default. */
import { isRecord } from '../connection/http.ts'
import type { Language } from '../text/text.ts'

export interface Preferences {
  readonly language: Language
  readonly theme: 'system' | 'light' | 'dark'
  readonly sound: boolean
}

export const preferencesKey = 'fineacers.preferences'

/** Reads what was kept; sound is off until it was asked for. */
export function readPreferences(kept: string | null): Preferences {
  const value = parseJson(kept)
  return {
    language: value['language'] === 'hi' ? 'hi' : 'en',
    theme: value['theme'] === 'light' || value['theme'] === 'dark' ? value['theme'] : 'system',
    sound: value['sound'] === true,
  }
}

function parseJson(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
