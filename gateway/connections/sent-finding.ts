import type { Transmitted } from '#machines/dispatch-contract.ts'
import type { Finding } from '../protocol.ts'

/** What became of a test message, in words. */
export function sentFinding(sent: Transmitted, accepted: string): Finding {
  switch (sent.outcome) {
    case 'accepted':
      return { ok: true, what: accepted }
    case 'later': {
      const waitS = Math.ceil(sent.afterMs / 1000)
      return { ok: false, what: sent.reason, whatToDo: `It was not sent. Try again in ${waitS} s.` }
    }
    case 'refused':
      return {
        ok: false,
        what: sent.code === 0 ? sent.reason : `${sent.reason} (code ${sent.code})`,
        whatToDo: 'Look at the checks: they say which part is not right.',
      }
    case 'ambiguous':
    case 'superseded':
      return { ok: false, what: sent.reason, whatToDo: 'Look whether it arrived before you send another.' }
  }
}
