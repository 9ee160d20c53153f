import type { Evidence } from '#machines/conversation-contract.ts'
import { stateFrom, stateToJson, type State } from './offline/state.ts'
import type { Language } from './offline/language.ts'
import { bookVisit, cancelVisit, getListing, searchListings, type ToolListing } from './tools/shapes.ts'

/** The memory after a turn that a model without one of its own has answered: read off the calls it made. */
export function remembering(dialogue: unknown, evidence: readonly Evidence[], language: Language): State {
  const { asked: _asked, ...before } = stateFrom(dialogue)
  const after = evidence.reduce<State>((state, each) => learn(state, each), { ...before, language, unclear: 0 })
  return stateToJson(after)
}

function learn(state: State, { tool, result, arguments: given }: Evidence): State {
  if (tool === searchListings.name) {
    const listings = searchListings.result.safeParse(result).data?.listings ?? []
    return listings.length === 0
      ? state
      : {
          ...state,
          shown: listings.slice(0, 5).map(shown),
          seen: [...state.seen, ...listings.map(({ id }) => id)].slice(-20),
        }
  }
  if (tool === getListing.name) {
    const home = getListing.result.safeParse(result).data?.listing
    return home === undefined ? state : { ...state, selected: home.id }
  }
  if (tool === bookVisit.name || tool === 'reschedule_visit') {
    const visit = bookVisit.result.safeParse(result).data
    const listingId = typeof given['listingId'] === 'string' ? given['listingId'] : (state.visit?.listingId ?? '')
    return visit?.status === 'booked'
      ? { ...state, visit: { meetingId: visit.meetingId, listingId, startAtMs: visit.startAtMs } }
      : state
  }
  if (tool !== cancelVisit.name) return state
  const { visit: _visit, ...rest } = state
  return rest
}

function shown({ id, priceMinor, areaSqft, title }: ToolListing): State['shown'][number] {
  return { id, priceMinor, areaSqft, title: title.slice(0, 120) }
}
