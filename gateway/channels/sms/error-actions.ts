import type { ProviderAction, ProviderError } from '#machines/dispatch-contract.ts'

/** What is known of an error: what to do, and words for a sales person. */
type Meaning = readonly [action: ProviderAction, reason: string]

/** An error of Twilio's as what to do and why; `said` are its own words, for a code nobody has told us of. -1 when there is no code. */
export function smsErrorOf(code: number, said = ''): ProviderError {
  const [action, reason] = meanings.get(code) ?? ['give-up', said === '' ? 'The SMS provider gave no reason.' : said]
  return { code, action, reason: reason.slice(0, reasonMax) }
}

const reasonMax = 300

const access: Meaning = ['stop-sender', 'The SMS provider does not accept our access: put the auth token in anew.']
const account: Meaning = ['stop-sender', 'The SMS account is suspended: its owner has to talk to the provider.']
const sender: Meaning = ['stop-sender', 'Our number may not send SMS: look at it in the provider’s console.']
const registration: Meaning = ['stop-sender', 'Our number is not registered for business SMS in that country yet.']
const tooFast: Meaning = ['back-off', 'Too much was sent in a short time: the SMS provider asks us to slow down.']
const noSuchNumber: Meaning = ['unreachable', 'The number can not get SMS.']
const region: Meaning = ['alert', 'SMS to that country are not switched on at the provider.']
const malformed: Meaning = ['dead-letter', 'The SMS provider could not read the message: this is a fault of ours.']
const filtered: Meaning = ['alert', 'The carrier took the message for spam: reword it, and look at the registration.']
const capped: Meaning = ['back-off', 'The daily limit of our number is reached.']
const lost: Meaning = ['give-up', 'It was not delivered, and the carrier does not say why.']
const file: Meaning = ['retry-media', 'The file could not be passed on: try another format or a smaller one.']

/** Source: twilio.com/docs/api/errors. */
const meanings: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [20003, access],
  [20005, account],
  [20008, access],
  [20403, access],
  [20404, access],
  [20429, tooFast],
  [14107, tooFast],
  [21611, tooFast],
  [30001, tooFast],
  [21211, noSuchNumber],
  [21214, noSuchNumber],
  [21217, noSuchNumber],
  [21612, noSuchNumber],
  [21614, noSuchNumber],
  [21408, region],
  [21608, ['alert', 'A trial account sends to verified numbers only.']],
  [21610, ['opt-out', 'The person said STOP to this number.']],
  [21602, malformed],
  [21604, malformed],
  [21617, malformed],
  [21623, file],
  [21620, file],
  [12300, file],
  [21212, sender],
  [21603, sender],
  [21606, sender],
  [21659, sender],
  [21660, sender],
  [21701, sender],
  [21703, sender],
  [30002, account],
  [30003, ['unreachable', 'The phone is off or out of reach.']],
  [30004, ['unreachable', 'The number is blocked from getting SMS of ours.']],
  [30005, ['unreachable', 'There is no such number any more.']],
  [30006, ['unreachable', 'It is a landline, or its carrier takes no SMS.']],
  [30007, filtered],
  [30008, lost],
  [30009, lost],
  [30010, ['alert', 'The message would have cost more than the limit that is set at the provider.']],
  [30022, tooFast],
  [30023, capped],
  [30024, sender],
  [30032, registration],
  [30034, registration],
  [30038, capped],
  [30044, lost],
  [30410, lost],
  [63038, capped],
])
