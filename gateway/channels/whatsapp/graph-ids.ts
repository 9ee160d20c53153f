import { z } from 'zod'

/** An id of Meta's as text: older answers write ids as numbers, which `parseExactly` keeps exact. */
export const exactId = z.union([z.string().min(1), z.int().positive()]).transform(String)
