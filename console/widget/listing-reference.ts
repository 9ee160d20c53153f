import type { PublicMessage } from '#gateway/protocol.ts'
import type { ListingCard } from './cards.ts'
import type { Strings } from './strings/strings.ts'

/** Where a card stands: in message `n` of these. */
export interface ShownAt {
  readonly messages: readonly PublicMessage[]
  readonly n: number
}

/**
 * How a person would name a home on a card of message `n`: by its place in the list shown last ("the second one"), "this one" when it stands
 * alone, else by its title. The assistant takes places as those of the list it showed last, so an older list goes by titles.
 */
export function nameHome(card: ListingCard, shown: ShownAt, words: Strings['card']): string {
  const { messages, n } = shown
  const cards = homesOf(messages[n - 1])
  const newest = messages.findLast((message) => homesOf(message).length > 0)
  const newestList = messages.findLast((message) => homesOf(message).length > 1)
  if (cards.length === 1 && newest?.n === n) return words.thisHome
  const place = cards.findIndex(({ listingId }) => listingId === card.listingId)
  const ordinal = newestList?.n === n ? words.ordinals[place] : undefined
  return ordinal ?? card.title
}

function homesOf(message: PublicMessage | undefined): readonly ListingCard[] {
  return message?.cards?.filter((card) => card.kind === 'listing') ?? []
}
