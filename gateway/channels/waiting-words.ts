import { timeLabel } from '#agents/calendar.ts'
import type { WaitingNotice } from '#machines/conversation-contract.ts'

/** What a customer is told who waits for a person: that they do, their place in the line, and from when somebody is there. In English or Hindi. */
export function waitingWords({ language, timeZone, line }: WaitingNotice): string {
  const { position, nobodyOnShift, opensAtMs } = line
  const words = language.startsWith('hi') ? hindi : english
  const opens = opensAtMs === undefined ? undefined : timeLabel(opensAtMs, timeZone, words.locale)
  return [
    words.asked,
    ...(nobodyOnShift === true ? [words.nobody(opens)] : []),
    ...(nobodyOnShift !== true && position !== undefined && position > 1 ? [words.position(position)] : []),
  ].join(' ')
}

interface Words {
  readonly locale: 'en' | 'hi'
  readonly asked: string
  readonly position: (position: number) => string
  readonly nobody: (opens: string | undefined) => string
}

const english: Words = {
  locale: 'en',
  asked: 'Thank you. A colleague of mine will answer you here.',
  position: (position) => `You are number ${position} in the line.`,
  nobody: (opens) =>
    opens === undefined ? 'Nobody is here right now.' : `Nobody is here right now; we are back on ${opens}.`,
}

const hindi: Words = {
  locale: 'hi',
  asked: 'धन्यवाद। मेरे एक सहकर्मी आपको यहीं उत्तर देंगे।',
  position: (position) => `कतार में आपका नंबर ${position} है।`,
  nobody: (opens) => (opens === undefined ? 'अभी कोई उपलब्ध नहीं है।' : `अभी कोई उपलब्ध नहीं है; हम ${opens} को लौटेंगे।`),
}
