import { z } from 'zod'
import type { Account, AccountKind } from '../../connections/sealed-accounts.ts'

/** A number of ours at a Twilio-compatible provider. */
export const smsKind = {
  kind: 'sms',
  settings: z.object({
    /** The number, with plus and country code, or a short code. */
    account: z
      .string()
      .regex(/^(?:\+[1-9]\d{6,14}|\d{3,8})$/u, 'has to be a number with + and country code, or a short code'),
    accountSid: z.string().regex(/^AC[0-9a-f]{32}$/iu, 'begins with AC and has 34 characters'),
    /** Where the number is one of a service that carries its registration. */
    messagingService: z.exactOptional(z.string().regex(/^MG[0-9a-f]{32}$/iu, 'begins with MG and has 34 characters')),
  }),
  secrets: ['authToken'],
} as const satisfies AccountKind

/** A number with its auth token, opened: it never leaves the server. */
export type SmsAccount = Account<typeof smsKind>
