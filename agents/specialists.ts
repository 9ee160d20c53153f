import type { Intent, Specialist } from '#machines/conversation-contract.ts'
import { generalInstructions } from './prompts/general.ts'
import { pricingInstructions } from './prompts/pricing.ts'
import { propertyInstructions } from './prompts/property.ts'
import { schedulingInstructions } from './prompts/scheduling.ts'

/** Who answers an intent. */
export const specialistOf: { readonly [intent in Intent]: Specialist } = {
  price: 'pricing',
  property: 'property',
  booking: 'scheduling',
  general: 'general',
}

/** A specialist is its instructions and its tools; the loop is the same for all. */
export const specialists: {
  readonly [name in Specialist]: { readonly instructions: string; readonly tools: readonly string[] }
} = {
  pricing: {
    instructions: pricingInstructions,
    tools: ['find_places', 'search_listings', 'get_listing', 'emi', 'affordability', 'stamp_duty', 'rental_yield'],
  },
  property: { instructions: propertyInstructions, tools: ['find_places', 'search_listings', 'get_listing'] },
  scheduling: {
    instructions: schedulingInstructions,
    tools: [
      'find_places',
      'search_listings',
      'get_listing',
      'check_availability',
      'book_visit',
      'reschedule_visit',
      'cancel_visit',
    ],
  },
  general: { instructions: generalInstructions, tools: ['find_places', 'search_listings', 'find_passage'] },
}
