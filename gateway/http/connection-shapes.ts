import { z } from 'zod'

const text = z.object({ code: z.string(), values: z.record(z.string(), z.string()) })

/** What was found, in words, and by code for readers of another language. */
export const finding = z.object({
  ok: z.boolean(),
  what: z.string(),
  whatToDo: z.exactOptional(z.string()),
  says: z.exactOptional(text),
  asks: z.exactOptional(text),
})

/** What a check answers: findings by these ids. */
export function checkedOf<Id extends z.ZodType<string>>(id: Id) {
  return z.object({ atMs: z.number(), checks: z.array(finding.extend({ id })) })
}

/** The answer to a change. */
export const done = { 204: z.null() }

/** For members who are signed in. */
export const security = [{ member: [] }]
