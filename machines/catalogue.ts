import { account } from './account.ts'
import { budget } from './budget.ts'
import { calendar } from './calendar.ts'
import { contact } from './contact.ts'
import { conversation } from './conversation.ts'
import { dispatch } from './dispatch.ts'
import type { Hosted } from './hosted.ts'
import { identity } from './identity.ts'
import { leadAd } from './lead-ad.ts'
import { lead } from './lead.ts'
import { listing } from './listing.ts'
import { media } from './media.ts'
import { meeting } from './meeting.ts'
import { queue } from './queue.ts'
import { refusedEvent } from './refused-event.ts'

/** Every machine the host runs, one a kind. */
export const catalogue: readonly Hosted[] = [
  conversation,
  lead,
  identity,
  queue,
  meeting,
  calendar,
  listing,
  refusedEvent,
  contact,
  dispatch,
  account,
  budget,
  leadAd,
  media,
]

/** The work that machines of the catalogue ask for, by name: whoever hosts them has a handler for each. */
export const effectNames = [
  'route',
  'answer',
  'check',
  'deliver',
  'transmit',
  'fetch-lead',
  'keep-media',
  'enrich-lead',
  'alert-hot-lead',
] as const
