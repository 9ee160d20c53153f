import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import type { JsonObject } from '#runtime/json.ts'
import { cardLines, type CardLength } from './card-lines.ts'
import { choicesIn, type Choice, type Choices } from './choices.ts'
import { notComposed, type Composed } from './composed.ts'
import { formWords, type FormWords } from './form-words.ts'
import { messageLimits } from './message-limits.ts'
import { asRow } from './list-row.ts'
import { spokenId } from './spoken-id.ts'

/**
 * Words, cards and chips as one bubble. Up to three short choices are buttons, up to ten a list, with a row for each home when there are
 * several; what would not fit whole is written out with numbers.
 */
export function bubbleOf({ text, cards, chips }: Extract<OutgoingContent, { readonly kind: 'text' }>): Composed {
  const words = formWords(text)
  const bodyOf = (length: CardLength): string =>
    [text.trim(), ...cards.map((card) => cardLines(card, words, length))].filter((part) => part !== '').join('\n\n')
  const choices = choicesIn(cards, chips, words)
  const fitting = lengths.map(bodyOf).find((body) => body !== '' && body.length <= messageLimits.body)
  const interactive = fitting === undefined ? undefined : interactiveOf(fitting, choices, words)
  return interactive === undefined ? textBody(numbered(bodyOf('full'), choices)) : { ok: true, body: interactive }
}

/** Tried in this order: something to tap is worth more than the lesser facts of a home. */
const lengths: readonly CardLength[] = ['full', 'brief']

/** Plain words, refused when there are none or too many. */
export function textBody(text: string): Composed {
  const body = text.trim()
  if (body === '') return notComposed('There is nothing to say.')
  if (body.length > messageLimits.text) {
    return notComposed(`A message may have ${messageLimits.text} characters; this one has ${body.length}.`)
  }
  return { ok: true, body: { type: 'text', text: { preview_url: false, body } } }
}

function interactiveOf(body: string, choices: Choices, words: FormWords): JsonObject | undefined {
  const withoutHomes = { ...choices, homes: [] }
  const action =
    (choices.homes.length > 0 ? listOf(choices, words) : undefined) ??
    buttonsOf([...choices.times, ...choices.chips]) ??
    listOf(withoutHomes, words)
  if (action === undefined) return undefined
  const { type, ...rest } = action
  return { type: 'interactive', interactive: { type, body: { text: body }, ...rest } }
}

function buttonsOf(choices: readonly Choice[]): { readonly type: 'button'; readonly action: JsonObject } | undefined {
  const replies = choices.map(asReply).filter((reply) => reply !== undefined)
  const titles = new Set(replies.map(({ title }) => title))
  if (choices.length === 0 || choices.length > messageLimits.buttons || titles.size < choices.length) return undefined
  return { type: 'button', action: { buttons: replies.map((reply) => ({ type: 'reply', reply })) } }
}

function asReply({ send, label, short }: Choice): { readonly id: string; readonly title: string } | undefined {
  const title = [label, short].find((each) => each !== undefined && each.length <= messageLimits.buttonTitle)
  const id = spokenId(send, messageLimits.buttonId)
  return title === undefined || id === undefined ? undefined : { id, title }
}

function listOf(
  { homes, homesAt, times, chips }: Choices,
  words: FormWords,
): { readonly type: 'list'; readonly action: JsonObject } | undefined {
  const groups = [
    { title: homesAt ?? words.homes, button: words.seeHomes, choices: homes },
    { title: words.times, button: words.seeTimes, choices: times },
    { title: words.choices, button: words.choose, choices: chips },
  ].filter(({ choices }) => choices.length > 0)
  const sections = groups.map(({ title, choices }) => ({
    title,
    rows: choices.map(asRow).filter((row) => row !== undefined),
  }))
  const count = groups.flatMap(({ choices }) => choices).length
  // Two rows that read alike after cutting are no choice.
  const titles = new Set(sections.flatMap(({ rows }) => rows.map(({ title }) => title)))
  if (count === 0 || count > messageLimits.rows || titles.size < count) return undefined
  const [first] = groups
  const button = groups.length === 1 && first !== undefined ? first.button : words.choose
  return { type: 'list', action: { button, sections } }
}

/** The homes are counted too when there is more to choose: `1` must not mean two things. */
function numbered(body: string, { homes, times, chips }: Choices): string {
  const others = [...times, ...chips]
  const lines = (others.length === 0 ? [] : [...homes, ...others]).map(({ label }, index) => `${index + 1}. ${label}`)
  return [body, lines.join('\n')].filter((part) => part !== '').join('\n\n')
}
