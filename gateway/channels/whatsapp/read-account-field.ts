import { maybe } from '../../read-models/shape.ts'
import { fieldsIn, idIn, jsonOf, wordsIn, type Fields } from './json-fields.ts'
import type { WhatsAppUpdate } from './update.ts'

const wordMax = 100
const reasonMax = 500
const detailsMax = 2000

/** Which field of the value tells what is new, by the webhook's field. */
const templateNews = {
  message_template_status_update: ['status', 'event'],
  message_template_quality_update: ['quality', 'new_quality_score'],
  template_category_update: ['category', 'new_category'],
} as const

const notices: readonly string[] = [
  'phone_number_quality_update',
  'business_capability_update',
  'account_update',
  'account_alerts',
  'automatic_events',
]

/** A change that is about the account and no single person, or why it can't be read. */
export function readAccountField(business: string, field: string, value: Fields): WhatsAppUpdate | string {
  if (isTemplateField(field)) return template(business, field, value)
  if (!notices.includes(field)) return 'it is a field that is not known'
  return { kind: 'notice', business, field, details: wordsIn(jsonOf(value), detailsMax) ?? '' }
}

function isTemplateField(field: string): field is keyof typeof templateNews {
  return Object.hasOwn(templateNews, field)
}

function template(business: string, field: keyof typeof templateNews, told: Fields): WhatsAppUpdate | string {
  const [what, key] = templateNews[field]
  const templateId = idIn(told.message_template_id)
  const name = wordsIn(told.message_template_name, 512)
  const language = wordsIn(told.message_template_language, wordMax)
  const value = wordsIn(told[key], wordMax)
  if (templateId === undefined || name === undefined || language === undefined) return 'it names no template'
  if (value === undefined) return `its ${key} is missing`
  return { kind: 'template', business, what, templateId, name, language, value, ...maybe('reason', reasonIn(told)) }
}

/** Why, from whichever part says it. Without a reason Meta says `NONE`, or null. */
function reasonIn(told: Fields): string | undefined {
  const [rejection, other] = [fieldsIn(told.rejection_info), fieldsIn(told.other_info)]
  const parts = [told.reason, rejection.reason, rejection.recommendation, other.title, other.description]
  const said = parts.map((each) => wordsIn(each, reasonMax)).filter((each) => each !== undefined && each !== 'NONE')
  return wordsIn(said.join(': '), reasonMax)
}
