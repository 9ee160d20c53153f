import { partsOf, type Address } from '#runtime/address.ts'
import { leadOfAd } from '#machines/lead-ad.ts'
import { GatewayError } from '../errors.ts'
import { refusedEventsCollection, type RefusedEventDocument } from '../lead-events/refused-projection.ts'
import type { LeadEventView } from '../protocol.ts'
import { fromJson, maybe, without } from '../read-models/shape.ts'
import { submit } from '../submit.ts'
import type { Handlers, Scene } from './handlers.ts'
import { readAgain } from './read-again.ts'

/** Events with their text answered at once. */
const pageSize = 25

/** What other systems sent and nobody could take in: looked at, mended, replayed, thrown away. */
export const leadEventCommands: Handlers<'lead-event.list' | 'lead-event.replay' | 'lead-event.discard'> = {
  async 'lead-event.list'({ after }, { house, session }) {
    const page = await house.documents.query({
      collection: refusedEventsCollection,
      where: [{ field: 'workspace', op: '=', value: session.member.workspace }],
      order: [{ field: 'atMs', direction: 'descending' }],
      limit: pageSize,
      ...maybe('after', after),
    })
    const events = page.documents.map(({ value }) => leadEventView(fromJson<RefusedEventDocument>(value)))
    return { events, ...maybe('next', page.next) }
  },

  // What it tells is durable before the letter is settled: a crash between them leaves a letter that can be replayed again without harm.
  async 'lead-event.replay'({ letter, text }, scene) {
    const { house, session } = scene
    const { to, document } = await waitingLetter(scene, letter)
    const by = session.member.name
    const read = await readAgain({ letter: to, subject: document.subject, text, keptAtMs: document.atMs }, house)
    if (!read.ok) {
      await submit(house.runtime, { to, event: { type: 'event.mended', text, reasons: read.reasons, by } })
      return { status: 'refused', reasons: read.reasons }
    }
    await Promise.all(read.value.map((event) => house.runtime.send(event)))
    const lead = receiverOf(read.value[0].to)
    const changed = text === document.text ? {} : { text }
    await submit(house.runtime, { to, event: { type: 'event.replayed', lead, ...changed, by } })
    return { status: 'taken', lead }
  },

  async 'lead-event.discard'({ letter }, scene) {
    const { to } = await waitingLetter(scene, letter)
    await submit(scene.house.runtime, { to, event: { type: 'event.discarded', by: scene.session.member.name } })
    return null
  },
}

/** The lead that it is about, or whoever else it went to. */
function receiverOf(to: Address): string {
  return partsOf(to).kind === 'lead-ad' ? leadOfAd(to) : to
}

/** A refused event as a console shows it. */
export function leadEventView(document: RefusedEventDocument): LeadEventView {
  return without(document, 'workspace')
}

/** A letter of the member's own workspace that nobody has dealt with. */
async function waitingLetter(
  { house, session }: Scene,
  letter: string,
): Promise<{ readonly to: Address; readonly document: RefusedEventDocument }> {
  const to = session.address(letter, 'refused-event')
  const stored = await house.documents.get(refusedEventsCollection, to)
  if (stored === undefined) throw new GatewayError('not-found', 'There is no such lead event.')
  const document = fromJson<RefusedEventDocument>(stored.value)
  const { settled } = document
  if (settled !== undefined) {
    throw new GatewayError('conflict', `${settled.by} has dealt with this one: it was ${settled.how}.`)
  }
  return { to, document }
}
