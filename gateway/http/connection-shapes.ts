import { z } from 'zod'

/** What was found, in words. */
export const finding = z.object({ ok: z.boolean(), what: z.string(), whatToDo: z.exactOptional(z.string()) })

/** What a check answers: findings by these ids. */
export function checkedOf<Id extends z.ZodType<string>>(id: Id) {
  return z.object({ atMs: z.number(), checks: z.array(finding.extend({ id })) })
}

/** The answer to a change. */
export const done = { 204: z.null() }

/** For members who are signed in. */
export const security = [{ member: [] }]
