import { inLanguage } from './bits.ts'
import * as words from './property-words.ts'
import { asking, targetOf, type Reply, type Situation } from './specialist.ts'

/** The number of an owner is asked for, and nothing else. */
export function throughUs(situation: Situation): Reply {
  const { state, language } = situation
  const target = targetOf(situation)
  return {
    bits: [inLanguage(language, words.callsThroughUs), inLanguage(language, words.talkToOne)],
    state: asking(target === undefined ? state : { ...state, selected: target }, 'person'),
    chips: [words.chips.person[language], ...(target === undefined ? [] : [words.chips.visitThis[language]])],
  }
}

/** A reply to a message that also asks for a number: that calls go through us is said beside whatever else was asked. */
export function withContact(reply: Reply, { said, language }: Situation): Reply {
  const toldAlready = reply.chips?.some((chip) => chip.label === words.chips.person[language].label) === true
  if (!said.fields.includes('phone') || reply.handOff !== undefined) return reply
  if (toldAlready && said.fields.length === 1) return reply
  // The question whether to bring in a colleague stays last.
  if (toldAlready) return { ...reply, bits: [inLanguage(language, words.noNumber), ...reply.bits] }
  return {
    ...reply,
    bits: [...reply.bits, inLanguage(language, words.callsThroughUs)],
    chips: [words.chips.person[language], ...(reply.chips ?? [])].slice(0, 5),
  }
}
