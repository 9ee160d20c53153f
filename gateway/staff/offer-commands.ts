import type { Listing } from '#rag/listing.ts'
import { isEmoji } from '../channels/emoji.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { listed } from '../patience.ts'
import type { KnownForm, ListingPlace, Offer } from '../protocol.ts'
import { fromJson, maybe, toJson } from '../read-models/shape.ts'
import { submit } from '../submit.ts'
import { readTranscript } from '../transcript.ts'
import type { Handlers, Scene } from './handlers.ts'
import { knownConversation, type Known } from './known-conversation.ts'

/** Records of the forms each workspace has sent: `<workspace>/<flow id>`. */
const forms = 'forms'
const formsMax = 100
const placesMax = 10

/** Reactions, and what the dialogs of the composer offer to choose from. */
export const offerCommands: Handlers<'message.react' | 'form.list' | 'place.search'> = {
  /** The machine decides who may; which message it is, is looked up here. */
  async 'message.react'({ conversation, n, emoji }, scene) {
    if (emoji !== '' && !isEmoji(emoji)) throw new GatewayError('invalid', 'A reaction is one emoji.')
    const known = await knownConversation(scene, conversation)
    const { to, saidAtMs } = await reactedTo(known, n, scene)
    const { memberId, name } = scene.session.member
    const event = { type: 'member.react', memberId, name, n, to, emoji, saidAtMs } as const
    await submit(scene.house.runtime, { to: known.to, event })
    return null
  },

  /** What was sent last comes first. */
  async 'form.list'(_, { house, session }) {
    const stored = await house.records.list(forms, `${session.member.workspace}/`, formsMax)
    const known = stored.map(({ value }) => fromJson<KnownForm>(value))
    return known.toSorted((a, b) => b.usedAtMs - a.usedAtMs)
  },

  async 'place.search'({ text }, { house, session }) {
    const asked = house.search.search({ workspace: session.member.workspace, text, limit: placesMax })
    const hits = await listed(house.clock, asked)
    return hits.listings.map(placeOf).filter((each) => each !== undefined)
  },
}

/** Keeps a form that was sent, to be offered again. Of two at once either is kept; one that can't be kept is lost, for the message has gone. */
export async function rememberForm(
  { records, clock, log }: Pick<House, 'records' | 'clock' | 'log'>,
  workspace: string,
  { flowId, label, text, screen }: Extract<Offer, { readonly kind: 'flow' }>,
): Promise<void> {
  const key = `${workspace}/${flowId}`
  const form: KnownForm = { flowId, label, text, ...maybe('screen', screen), usedAtMs: clock.nowMs() }
  try {
    const before = await records.get(forms, key)
    await records.put(forms, key, toJson(form), before?.revision ?? 0)
  } catch (error) {
    log.warn('a form was not remembered', { workspace, flowId, error: String(error) })
  }
}

/** The provider's id of a message of the customer's, and when it was sent. */
async function reactedTo(
  known: Known,
  n: number,
  { house }: Scene,
): Promise<{ readonly to: string; readonly saidAtMs: number }> {
  const { documents, clock, runtime } = house
  const sources = { documents, clock, journal: runtime.journal }
  const piece = await readTranscript(sources, known.to, { after: n - 1, room: known })
  const message = piece.messages.find((each) => each.n === n)
  if (message === undefined) throw new GatewayError('not-found', 'There is no such message.')
  const { author, channel, clientId, atMs, sentAtMs = atMs } = message
  if (author.kind !== 'customer') throw new GatewayError('invalid', 'One reacts to what the customer wrote.')
  if (channel !== 'whatsapp' || clientId === undefined) {
    throw new GatewayError('invalid', 'Only messages of WhatsApp take a reaction.')
  }
  if (known.document.marks?.revoked.includes(n) === true) {
    throw new GatewayError('invalid', 'The customer has taken this message back.')
  }
  return { to: clientId, saidAtMs: sentAtMs }
}

/** Where a listing is; nothing for one that has no place on the map. */
function placeOf({ id, title, society, locality, city, latitude, longitude }: Listing): ListingPlace | undefined {
  if (latitude === undefined || longitude === undefined) return undefined
  const address = [society, locality, city].filter((each) => each !== undefined && each !== '').join(', ')
  return { listingId: id, title, address, latitude, longitude }
}
