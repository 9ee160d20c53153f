/** What an account of ours hears, for generated paths and the tests of it. */
import type { StageEvent } from './harness.ts'

function troubled(code: number, action: string, more: object = {}): StageEvent {
  return { type: 'account.troubled', error: { code, action, reason: 'Meta says no.' }, ...more }
}

/** Templates of an account, as they are read from the provider. */
export const templatesRead = {
  type: 'account.templates-read',
  reading: 'r1',
  part: 0,
  templates: [
    {
      name: 'viewing_reminder',
      language: 'en',
      status: 'APPROVED',
      category: 'UTILITY',
      body: 'Hello {{1}}, your viewing is {{2}}.',
      variables: 2,
      buttons: [{ type: 'QUICK_REPLY', text: 'Confirm' }],
    },
    {
      name: 'viewing_soon',
      language: 'en',
      status: 'APPROVED',
      category: 'UTILITY',
      body: 'Hello {{1}}, see you {{2}}.',
      variables: 2,
      buttons: [],
    },
  ],
  last: true,
} as const

/** Events that lead through every state of an account. */
export const accountEvents: readonly StageEvent[] = [
  templatesRead,
  {
    type: 'account.asked',
    request: {
      dispatch: 'acme/dispatch/1:2',
      person: '34600111222',
      purpose: 'utility',
      sender: 'member',
      template: { name: 'viewing_reminder', language: 'en', variables: 2 },
    },
  },
  { type: 'account.settled', dispatch: 'acme/dispatch/1:2', went: true },
  { type: 'account.portfolio-told', portfolio: '4242' },
  { type: 'account.joined', reached: { hours: {}, open: {} }, limit: 250 },
  troubled(190, 'stop-sender'),
  troubled(130429, 'back-off', { forMs: 4000 }),
  troubled(131048, 'pause-campaigns'),
  troubled(131042, 'block-templates'),
  troubled(132015, 'pause-template', { template: { name: 'viewing_reminder', language: 'en' } }),
  { type: 'account.noticed', field: 'phone_number_quality_update', details: '{}', quality: 'RED', limit: 250 },
  {
    type: 'account.template-told',
    what: 'status',
    name: 'viewing_reminder',
    language: 'en',
    value: 'PAUSED',
  },
  { ...templatesRead, reading: 'r2', templates: [] },
  { type: 'account.checked' },
  { type: 'account.resumed', by: 'm1' },
  { type: 'xstate.after.slow.account.pace.slowed' },
]
