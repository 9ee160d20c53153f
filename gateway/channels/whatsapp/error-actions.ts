import type { ProviderAction, ProviderError } from '#machines/dispatch-contract.ts'
import { fieldsIn, numberIn, wordsIn } from './json-fields.ts'

/** What is known of an error: what to do, and words for a sales person. */
type Meaning = readonly [action: ProviderAction, reason: string]

/**
 * An error of Meta's, from a webhook's `errors` or a Graph answer's `error`, as what to do and why. A code that is not in the table keeps
 * Meta's own words. An error without a code has the code -1.
 */
export function providerErrorOf(error: unknown): ProviderError {
  const fields = fieldsIn(error)
  const code = codeIn(fields.code)
  const reason = meaningOf(code)?.[1] ?? ownWordsOf(fields) ?? 'WhatsApp gave no reason.'
  return { code, action: actionOf(code), reason }
}

/** What a code asks for; `give-up` for a code nobody has told us of: trying again what is not understood does harm. */
export function actionOf(code: number): ProviderAction {
  return meaningOf(code)?.[0] ?? 'give-up'
}

function codeIn(value: unknown): number {
  const code = numberIn(value)
  return code !== undefined && Number.isSafeInteger(code) ? code : -1
}

function ownWordsOf({ error_data, message, title }: ReturnType<typeof fieldsIn>): string | undefined {
  const said = [fieldsIn(error_data).details, message, title]
  return said.map((each) => wordsIn(each, 300)).find((each) => each !== undefined)
}

function meaningOf(code: number): Meaning | undefined {
  return code >= 200 && code <= 299 ? permission : meanings.get(code)
}

const access: Meaning = ['stop-sender', 'WhatsApp no longer accepts our access: the number has to be connected again.']
const permission: Meaning = ['alert', 'Our WhatsApp access lacks a permission: an administrator has to grant it.']
const tooFast: Meaning = ['back-off', 'Too much was sent in a short time: WhatsApp asks us to slow down.']
const malformed: Meaning = ['dead-letter', 'WhatsApp could not read the message: this is a fault of ours.']
const file: Meaning = ['retry-media', 'The file could not be passed on: try another format or a smaller one.']
const passing: Meaning = ['retry', 'WhatsApp has a passing problem.']
const locked: Meaning = ['stop-sender', "The WhatsApp account is locked or breaks one of WhatsApp's policies."]
const template: Meaning = [
  'pause-template',
  'The template does not fit what was sent, or is not approved in this language.',
]
const templatePaused: Meaning = ['pause-template', 'WhatsApp has paused or disabled the template: choose another one.']
const unregistered: Meaning = ['register', 'The number is not registered with WhatsApp, or was registered too often.']

/** Source: reference 6.14. */
const meanings: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [0, access],
  [190, access],
  [3, permission],
  [10, permission],
  [131005, permission],
  [4, tooFast],
  [80007, tooFast],
  [130429, tooFast],
  [131056, ['pair-back-off', 'Too many messages went to this person in a short time.']],
  [131048, ['pause-campaigns', 'People reported messages of this number as spam: WhatsApp restricts it.']],
  [131049, ['no-marketing-today', 'WhatsApp lets no more marketing through to this person today.']],
  [131050, ['opt-out', 'The person stopped marketing messages from us.']],
  [130472, ['give-up', "The person is part of an experiment of WhatsApp's: it can't be delivered."]],
  [131047, ['offer-template', 'The person last wrote more than 24 hours ago: only an approved template can be sent.']],
  [131026, ['unreachable', "The person can't be reached on WhatsApp."]],
  [131021, malformed],
  [131008, malformed],
  [131009, malformed],
  [100, malformed],
  [33, malformed],
  [131051, ['give-up', 'WhatsApp does not pass on this kind of message: ask for it in another form.']],
  [131052, file],
  [131053, file],
  [131000, passing],
  [131016, passing],
  [1, passing],
  [2, passing],
  [131057, passing],
  [131042, ['block-templates', 'WhatsApp could not charge the account: its owner has to mend the payment.']],
  [131031, locked],
  [368, locked],
  [132000, template],
  [132001, template],
  [132005, template],
  [132007, template],
  [132012, template],
  [132015, templatePaused],
  [132016, templatePaused],
  [133010, unregistered],
  [133016, unregistered],
  [135000, ['give-up', 'WhatsApp did not deliver it and does not say why.']],
])
