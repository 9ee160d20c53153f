import { z } from 'zod'
import type { Account, AccountKind } from '../../connections/sealed-accounts.ts'

const host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[\w.:-]+$/u, 'has to be the name of a server')
const port = z.number().int().min(1).max(65_535)
/** `none` sends passwords in the clear: for a server on the same machine. */
const security = z.enum(['tls', 'starttls', 'none'])
const user = z.string().min(1).max(254)

/** A mailbox of ours: how mail goes out, and how it comes in. */
export const mailKind = {
  kind: 'email',
  settings: z.object({
    /** The address, in lower case. */
    account: z
      .string()
      .trim()
      .toLowerCase()
      .max(254)
      .regex(/^[^\s@<>"]{1,64}@[^\s@<>".]+(?:\.[^\s@<>".]+)+$/u, 'has to be an e-mail address'),
    senderName: z
      .string()
      .trim()
      .max(100)
      .regex(/^[^\r\n]*$/u, 'has to be one line'),
    smtpHost: host,
    smtpPort: port,
    smtpSecurity: security,
    smtpUser: user,
    imapHost: host,
    imapPort: port,
    imapSecurity: security,
    imapUser: user,
  }),
  secrets: ['smtpPassword', 'imapPassword'],
} as const satisfies AccountKind

/** A mailbox with its passwords, opened: it never leaves the server. */
export type MailAccount = Account<typeof mailKind>
