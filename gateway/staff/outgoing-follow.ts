import type { Address } from '#runtime/address.ts'
import { parseAddress } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { House } from '../house.ts'
import { whereReadable } from '../patience.ts'
import type { ConsentView, OutgoingView, StaffFrame } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import { reduceConsents, type ConsentDocument } from '../read-models/consent-document.ts'
import { outgoingView, reduceOutgoing, type OutgoingDocument } from '../read-models/outgoing-document.ts'
import { fromJson } from '../read-models/shape.ts'

/** Ways out a console is given with a conversation: those of the newest messages. */
const waysMax = 200
/** A dispatch says less than this of itself. */
const factsMax = 200

/** The ways out of a conversation's messages, and what its customer agreed to, while a console has it open. */
export interface OutgoingFollow {
  /** As of now. What read models do not tell, because they are late or away, is left out until something happens to it. */
  read(): Promise<{ readonly outgoing: readonly OutgoingView[]; readonly consents: readonly ConsentView[] }>
  stop(): void
}

/**
 * Follows from the call on, so that nothing falls between it and `read`. Owns what it knows of each dispatch.
 * 1. A fact counts once, whether it came with a document or live: positions rise. 2. What comes before the documents are read waits for them.
 * 3. A dispatch the documents lacked is read from the journal as soon as something happens to it.
 */
export function followOutgoing(
  { conversation, lead }: { readonly conversation: Address; readonly lead: string },
  { hub, documents, clock, runtime, log }: Pick<House, 'hub' | 'documents' | 'clock' | 'runtime' | 'log'>,
  send: (frame: StaffFrame) => void,
): OutgoingFollow {
  const person = parseAddress(lead)
  const ways = new Map<string, OutgoingDocument>()
  const early: Fact[] = []
  let agreed: ConsentDocument | undefined

  const take = (fact: Fact): void => {
    if (fact.type === 'consent-changed') return takeConsent(fact)
    const before = ways.get(fact.address)
    // 1
    if (before !== undefined && before.at >= fact.position) return
    // 3
    if (before === undefined && fact.type !== 'dispatch-asked') return void lookUp(fact.address)
    const after = reduceOutgoing(before, fact, agreed?.consents)
    if (after !== undefined && after !== before) show(after)
  }
  const show = (way: OutgoingDocument): void => {
    ways.set(way.dispatch, way)
    send({ type: 'conversation.outgoing', conversation, outgoing: outgoingView(way) })
  }
  const lookUp = async (dispatch: Address): Promise<void> => {
    try {
      const facts = await runtime.journal.facts(0, factsMax, dispatch)
      const way = facts.reduce<OutgoingDocument | undefined>(
        (before, fact) => reduceOutgoing(before, fact, agreed?.consents),
        undefined,
      )
      if (way !== undefined && way.at > (ways.get(dispatch)?.at ?? 0)) show(way)
    } catch (error) {
      log.warn('a way out could not be shown', { dispatch, error: String(error) })
    }
  }
  const takeConsent = (fact: Fact): void => {
    // 1
    if (agreed !== undefined && agreed.at >= fact.position) return
    agreed = reduceConsents(agreed, fact)
    send({ type: 'conversation.consents', conversation, consents: agreed?.consents ?? [] })
  }

  let hear = (fact: Fact): void => void early.push(fact)
  const stops = [
    hub.onDispatches(conversation, (fact) => hear(fact)),
    ...(person === undefined ? [] : [hub.onAddress(person, (fact) => hear(fact))]),
  ]
  return {
    async read() {
      const [known, consents] = await Promise.all([
        whereReadable(clock, waysOf(conversation, documents)),
        person === undefined ? undefined : whereReadable(clock, documents.get(collections.consents, person)),
      ])
      for (const each of known ?? []) ways.set(each.dispatch, each)
      if (consents !== undefined) agreed = fromJson<ConsentDocument>(consents.value)
      // 2
      hear = take
      for (const fact of early.splice(0)) take(fact)
      const outgoing = [...ways.values()].toSorted((one, other) => one.n - other.n).map(outgoingView)
      return { outgoing, consents: agreed?.consents ?? [] }
    },
    stop: () => stops.forEach((stop) => stop()),
  }
}

async function waysOf(conversation: Address, documents: Documents): Promise<readonly OutgoingDocument[]> {
  const found = await documents.query({
    collection: collections.outgoing,
    where: [{ field: 'conversation', op: '=', value: conversation }],
    order: [{ field: 'n', direction: 'descending' }],
    limit: waysMax,
  })
  return found.documents.map(({ value }) => fromJson<OutgoingDocument>(value))
}
