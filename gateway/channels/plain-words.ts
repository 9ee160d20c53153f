import { timeLabel } from '#agents/calendar.ts'
import type { Card } from '#machines/content-contract.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { listingFigures } from './whatsapp/card-lines.ts'
import { choicesIn } from './whatsapp/choices.ts'
import { formWords, type FormWords } from './whatsapp/form-words.ts'
import { oneLine } from './whatsapp/one-line.ts'

/**
 * A message in words alone, for channels that know no buttons and no cards: what can be chosen is written out with numbers. Empty when
 * there is nothing to say, as of a reaction. A file is its caption; its link is the channel's to give.
 */
export function plainWords(content: OutgoingContent): string {
  switch (content.kind) {
    case 'text':
      return spoken(content)
    case 'template':
      return content.preview.trim()
    case 'media':
      return content.caption?.trim() ?? ''
    case 'location-request':
    case 'contact-request':
    case 'flow':
      return content.text.trim()
    case 'reaction':
      return ''
    case 'link':
      return lines(content.text.trim(), `${oneLine(content.label)}: ${content.url}`)
    case 'location': {
      const place = `https://maps.google.com/?q=${content.latitude},${content.longitude}`
      return lines(content.name ?? '', content.address ?? '', place)
    }
  }
}

function spoken({ text, cards, chips }: Extract<OutgoingContent, { readonly kind: 'text' }>): string {
  const words = formWords(text)
  const { times, chips: asked } = choicesIn(cards, chips, words)
  const choices = [...times, ...asked].map(({ label }, index) => `${index + 1}. ${label}`)
  return [text.trim(), ...cards.map((card) => cardWords(card, words)), lines(...choices)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function cardWords(card: Card, words: FormWords): string {
  switch (card.kind) {
    case 'listing': {
      const place = [...new Set([card.locality, card.city])].filter((each) => each !== '').join(', ')
      return lines(oneLine(card.title), place, listingFigures(card, words).join(' · '))
    }
    case 'visit': {
      const { title, startAtMs, timeZone, place } = card
      return lines(`${words.visit}: ${oneLine(title)}`, timeLabel(startAtMs, timeZone, words.locale), place)
    }
    case 'calculation':
      return lines(card.title, ...card.rows.map(({ label, value }) => `${label}: ${value}`), ...card.assumptions)
    case 'slots':
      return ''
  }
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== '').join('\n')
}
