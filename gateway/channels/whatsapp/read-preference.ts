import { fieldsIn, jsonOf, timeIn, wordsIn } from './json-fields.ts'
import { personOf } from './people.ts'
import type { Scope } from './read-message.ts'
import type { WhatsAppUpdate } from './update.ts'

/** As long as a consent's proof may be. */
const proofMax = 500

/** An item of `user_preferences`, the person's own switch for marketing, or why it can't be read. The proof is the item as it came. */
export function readPreference(item: unknown, scope: Scope): WhatsAppUpdate | string {
  const told = fieldsIn(item)
  const { value } = told
  if (value !== 'stop' && value !== 'resume') return 'it says neither stop nor resume'
  // A stop without a category counts; marketing is resumed only by a word about marketing.
  const category = told.category ?? (value === 'stop' ? 'marketing_messages' : undefined)
  if (category !== 'marketing_messages') return 'it is not about marketing'
  const sentAtMs = timeIn(told.timestamp)
  if (sentAtMs === undefined) return 'it has no usable timestamp'
  const person = personOf(scope.people, { phone: told.wa_id, userId: told.user_id })
  if (person === undefined) return 'it names nobody, neither by phone nor by id'
  return { kind: 'preference', ...scope.number, person, value, sentAtMs, proof: wordsIn(jsonOf(item), proofMax) ?? '' }
}
