import * as outreach from './lead-outreach.ts'
import type { OwnWriting } from './lead-own.ts'
import * as writing from './lead-writing.ts'
import { oneOf } from './pen.ts'

/** What a lead hears, by the event's type; a merged one writes it into its own part only. */
export const heard: { readonly [type: string]: OwnWriting } = {
  'lead.captured': (pen, event) => {
    const { profile, conversation } = oneOf(event, ['lead.captured'])
    writing.learn(pen, profile)
    if (conversation !== undefined) writing.link(pen, conversation)
  },
  'lead.repaired': (pen, event) => writing.learn(pen, oneOf(event, ['lead.repaired']).profile),
  'profile.learned': (pen, event) => writing.learn(pen, oneOf(event, ['profile.learned']).learned),
  'engagement.recorded': (pen, event) => writing.engage(pen, oneOf(event, ['engagement.recorded'])),
  'conversation.linked': (pen, event) => writing.link(pen, oneOf(event, ['conversation.linked']).conversation),
  'customer.heard': (pen, event) => outreach.hear(pen, oneOf(event, ['customer.heard'])),
  'contact.wished': (pen, event) => outreach.wish(pen, oneOf(event, ['contact.wished'])),
  'consent.said': (pen, event) => outreach.consent(pen, oneOf(event, ['consent.said'])),
  'channel.failed': (pen, event) => outreach.loseChannel(pen, oneOf(event, ['channel.failed'])),
  'channel.paused': (pen, event) => outreach.pauseChannel(pen, oneOf(event, ['channel.paused'])),
  // The stage and the temperature follow from what was written.
  'stage.set': () => {},
  'meeting.changed': () => {},
}
