/** What the fake gateway makes of things to tap and of reactions. */
import type { GivenReaction, KnownForm, ListingPlace, Offer, Reply, StaffCommand } from '#gateway/protocol.ts'
import type { TranscriptMessage } from '#gateway/protocol.ts'
import type { StaffScene } from './fake-staff.ts'

const forms: readonly KnownForm[] = [
  { flowId: '1197715005513101', label: 'Tell us', text: 'What do you look for?', usedAtMs: 1_800_000_000_000 },
]

const places: readonly ListingPlace[] = [
  {
    listingId: 'h1',
    title: '3 BHK in Palm Grove',
    address: 'Whitefield, Bengaluru',
    latitude: 12.9698,
    longitude: 77.75,
  },
  { listingId: 'h2', title: '2 BHK in Lake View', address: 'Baner, Pune', latitude: 18.559, longitude: 73.786 },
]

/** Carries out a command of the composer's menu or of the picker; undefined for any other. */
export function answerOffers(command: StaffCommand, { world, me }: StaffScene): Reply<unknown> | undefined {
  switch (command.type) {
    case 'form.list':
      return { ok: true, value: forms }
    case 'place.search': {
      const words = command.text.toLowerCase()
      const found = places.filter(({ title, address }) => `${title} ${address}`.toLowerCase().includes(words))
      return { ok: true, value: found }
    }
    case 'message.react': {
      const { marks, messages } = world.of(command.conversation)
      const to = messages.find(({ n }) => n === command.n)?.clientId ?? ''
      const others = (marks.given ?? []).filter((each) => each.to !== to)
      const now: GivenReaction = { to, emoji: command.emoji, name: me.name, status: 'sent' }
      world.marks(command.conversation, { given: command.emoji === '' ? others : [...others, now] })
      return { ok: true, value: null }
    }
    default:
      return undefined
  }
}

/** What a message holds that is something to tap. */
export function contentOf(offer: Offer | undefined): Pick<TranscriptMessage, 'content'> {
  if (offer === undefined) return {}
  return { content: offer.kind === 'flow' ? { ...offer, token: 'demo' } : offer }
}
