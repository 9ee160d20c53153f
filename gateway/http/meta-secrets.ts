import { z } from 'zod'
import type { SecretView } from '../protocol.ts'

/** An access token of Meta's. The characters that tokens have: whoever pastes a line break or a quotation mark learns of it here. */
export const accessToken = z
  .string()
  .trim()
  .min(20)
  .max(1000)
  .regex(/^[\w.~+/|=-]+$/u, 'has characters that no token has')

/** An app secret of Meta's. */
export const appSecret = z
  .string()
  .trim()
  .min(8)
  .max(200)
  .regex(/^[\w-]+$/u, 'has characters that no app secret has')

/** What an admin sees of a secret. */
export const secretView = z.object({ endsWith: z.string() })

/** The end of a secret, by which whoever has it knows it again; of one so short that this would tell much of it, nothing. */
export function endOf(secret: string): SecretView {
  return { endsWith: secret.length < 16 ? '' : secret.slice(-4) }
}
