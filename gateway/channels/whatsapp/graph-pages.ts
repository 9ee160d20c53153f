import { z } from 'zod'
import { askedOf, failed, type Asked } from './graph-answer.ts'
import type { GraphCall, GraphRequest } from './graph-call.ts'

const pageItems = 100
const pagesMax = 100

/** All items of a list that comes in pages, in Meta's order; at most 10,000. The end is where `paging.next` is absent. */
export async function allPages<Item>(
  call: GraphCall,
  request: Omit<GraphRequest, 'method'>,
  item: z.ZodType<Item>,
): Promise<Asked<readonly Item[]>> {
  const schema = z.object({ data: z.array(item), paging: pagingSchema.optional() })
  const items: Item[] = []
  let query: { readonly [name: string]: string } = { ...request.query, limit: String(pageItems) }
  for (let page = 0; page < pagesMax; page++) {
    const asked = askedOf(await call.json({ ...request, method: 'GET', query }), schema, call.nowMs())
    if (!asked.ok) return asked
    items.push(...asked.value.data)
    const after = cursorIn(asked.value.paging)
    if (after === undefined) return { ok: true, value: items }
    query = { ...query, after }
  }
  return failed({ kind: 'refused', reason: `There are more than ${pageItems * pagesMax} of them.` })
}

const pagingSchema = z.object({
  cursors: z.object({ after: z.string().optional() }).optional(),
  next: z.string().optional(),
})

/** `next` is a whole address, with the token in it: only the cursor is taken of it. */
function cursorIn(paging: z.infer<typeof pagingSchema> | undefined): string | undefined {
  if (paging?.next === undefined) return undefined
  const inAddress = URL.canParse(paging.next) ? new URL(paging.next).searchParams.get('after') : null
  return paging.cursors?.after ?? inAddress ?? undefined
}
