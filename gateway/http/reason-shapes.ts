import { z } from 'zod'
import type { DispatchReason } from '#machines/dispatch-contract.ts'
import type { BudgetReason } from '#machines/budget-contract.ts'

/** What may become of a message, when somebody is asked whether it may go out. */
export const outcome = z.enum(['send', 'hold', 'refuse'])

type Foreseeable = Exclude<DispatchReason, BudgetReason | 'content-blocked'>

/** Why a message goes out, waits or does not, as far as that can be said before there is a message. */
export const foreseeableReasons = {
  'service-reply': 'service-reply',
  consented: 'consented',
  'utility-allowed': 'utility-allowed',
  'quiet-hours': 'quiet-hours',
  'frequency-cap': 'frequency-cap',
  'pair-limit': 'pair-limit',
  'user-limit': 'user-limit',
  'opted-out': 'opted-out',
  'no-consent': 'no-consent',
  'window-closed': 'window-closed',
  'nothing-to-answer': 'nothing-to-answer',
  unreachable: 'unreachable',
  'too-late': 'too-late',
  'sender-stopped': 'sender-stopped',
  'sender-slowed': 'sender-slowed',
  'campaigns-paused': 'campaigns-paused',
  'templates-blocked': 'templates-blocked',
  'portfolio-limit': 'portfolio-limit',
  'template-unknown': 'template-unknown',
  'template-paused': 'template-paused',
  'template-mismatch': 'template-mismatch',
} as const satisfies { readonly [each in Foreseeable]: each }
