import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { TokenScopes } from '../channels/whatsapp/graph-account.ts'
import type { Asked, GraphFailure } from '../channels/whatsapp/graph-answer.ts'
import type { Finding } from '../protocol.ts'
import { unlessAway } from '../when-away.ts'

/** What did not come back from Meta: wait where that helps, else what to do. */
export function failing({ kind, reason }: GraphFailure, whatToDo: string): Finding {
  return { ok: false, what: reason, whatToDo: kind === 'later' ? 'Check again in a minute.' : whatToDo }
}

/** Whether the token has the scopes that are needed; `enough` says what they allow. */
export function permissionsFinding(
  asked: Asked<TokenScopes>,
  { needed, enough }: { readonly needed: readonly string[]; readonly enough: string },
): Finding {
  if (!asked.ok || !asked.value.valid) {
    const what = 'Not known while the access token is not valid.'
    return { ok: false, what, whatToDo: 'Mend the access token first.' }
  }
  const missing = needed.filter((scope) => !asked.value.scopes.includes(scope))
  if (missing.length === 0) return { ok: true, what: enough }
  const whatToDo = 'Make a new token with these permissions ticked.'
  return { ok: false, what: `Missing: ${missing.join(', ')}.`, whatToDo }
}

/** When something rightly signed came last. */
export type Seen = number | 'never' | 'unknown'

/** When the last correctly signed delivery came; the webhook's route says so under this key. */
export async function lastSigned(ephemeral: Ephemeral, key: string): Promise<Seen> {
  const stamp = await unlessAway(ephemeral.get(key).then((found) => ({ found })))
  if (stamp === undefined) return 'unknown'
  const seenAtMs = Number(stamp.found ?? Number.NaN)
  return Number.isNaN(seenAtMs) ? 'never' : seenAtMs
}

/** Whether what comes is signed with a secret we have; `whatToDo` is for where nothing has come, `agoOf` writes a time that has passed since. */
export function signatureFinding(
  {
    secrets,
    seenAtMs,
    nowMs,
  }: { readonly secrets: readonly string[]; readonly seenAtMs: Seen; readonly nowMs: number },
  whatToDo: string,
  agoOf: (ms: number) => string,
): Finding {
  if (secrets.length === 0) {
    const what = 'No app secret is saved, so everything that comes is refused.'
    return { ok: false, what, whatToDo: 'Copy the app secret from App settings › Basic of your app and save it here.' }
  }
  if (seenAtMs === 'unknown')
    return { ok: false, what: 'Not known at the moment.', whatToDo: 'Check again in a minute.' }
  if (seenAtMs === 'never') {
    return { ok: false, what: 'Nothing with the right signature has come in the last days.', whatToDo }
  }
  return { ok: true, what: `Last correctly signed: ${agoOf(nowMs - seenAtMs)}.` }
}
