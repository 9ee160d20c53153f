import type { Finding, FindingText } from '../protocol.ts'

/**
 * Every sentence a finding is made of, by its code; what stands between braces varies. A check says it in English, and the API beside it by this code, so that
 * whoever shows it can say it in another language. What a provider says itself has no code.
 */
export const findingTexts = {
  'token.refused': 'Meta does not accept the access token.',
  'token.endless': 'Valid, without an end.',
  'token.until': 'Valid until {day}.',
  'token.new': 'Make an access token of a system user in Meta’s Business settings and save it here.',
  'token.ends':
    'It ends soon. Make an access token of a system user in Meta’s Business settings and save it here. Such a token does not end.',
  'token.mend': 'Mend the access token first.',
  'token.page-new': 'Make a Page access token of a system user in Meta’s Business settings and save it here.',
  'token.page': 'Valid for the Page {name}',
  'token.some-page': 'Valid for the Page',
  'permissions.number': 'It may send messages and manage the account.',
  'permissions.page': 'It may read leads and subscribe to the Page.',
  'permissions.unknown': 'Not known while the access token is not valid.',
  'permissions.missing': 'Missing: {names}.',
  'permissions.mend': 'Make a new token with these permissions ticked.',
  'number.unknown': 'Meta knows no number with this ID, or not for this token.',
  'number.copy': 'Copy the phone number ID, not the number itself, from WhatsApp › API setup of your app.',
  'number.register': 'Register the number in WhatsApp Manager: only a connected one sends.',
  'number.red': 'Send less, and only what customers asked for: Meta may limit the number.',
  'webhook.here': 'Meta sends to this server.',
  'webhook.elsewhere': 'Meta sends to another address: {address}',
  'webhook.unknown': 'Meta does not say where it sends what happens.',
  'webhook.no-app': 'No app is subscribed to this business account.',
  'webhook.subscribe':
    'Press «Subscribe», or put the address and the verify token of step 2 into the webhook settings of your app.',
  'webhook.business': 'Look whether the business account ID is right, then the access token.',
  'webhook.page-subscribe':
    'Press «Subscribe», or put the address and the verify token into the webhook settings of your app.',
  'webhook.page-needs': 'Not known without the access token and the app secret.',
  'webhook.page-mend': 'Mend these first.',
  'webhook.page-secret': 'Look whether the app secret is that of the token’s app.',
  'webhook.page-nowhere': 'Your app has no address for the object Page.',
  'subscription.press': 'Press «Subscribe».',
  'subscription.well': 'Meta tells your app of leads, comments and messages.',
  'subscription.missing': 'Meta does not tell your app of: {fields}.',
  'subscription.half': 'Meta tells your app of this Page, and your app nobody yet.',
  'subscribe.page-token': 'Look whether the token is the Page’s and has pages_manage_metadata, then try again.',
  'subscribe.by-hand': 'Put address and verify token into the webhook settings of your app, or save its secret here.',
  'subscribe.page-reach': 'Look whether Meta can reach the address and the app secret is right, then try again.',
  'subscribe.reach': 'Look whether Meta can reach the address, then try again.',
  'page.unknown': 'Meta knows no Page with this ID, or not for this token.',
  'page.copy': 'Copy the ID from the Page’s settings › About, and take a token of that Page.',
  'sweep.access': 'Look whether the token may read leads, and whether your system user may access leads of the Page.',
  'sweep.no-forms': 'The Page has no forms yet.',
  'sweep.one': 'Leads can be looked for: 1 form, {leads} in the first one since yesterday.',
  'sweep.well': 'Leads can be looked for: {forms} forms, {leads} in the first one since yesterday.',
  'signature.no-secret': 'No app secret is saved, so everything that comes is refused.',
  'signature.copy-secret': 'Copy the app secret from App settings › Basic of your app and save it here.',
  'signature.never': 'Nothing with the right signature has come in the last days.',
  'signature.now': 'Last correctly signed: less than a minute ago.',
  'signature.minutes': 'Last correctly signed: {count} min ago.',
  'signature.hours': 'Last correctly signed: {count} hours ago.',
  'signature.days': 'Last correctly signed: {count} days ago.',
  'signature.write': 'Write a message to the number. If none comes, look whether the app secret is right.',
  'signature.test-lead': 'Send a test lead with Meta’s Lead Ads testing tool. If none comes, look at the app secret.',
  'clock.unknown': 'Not known: Meta did not tell its time.',
  'clock.well': 'Within {seconds} s of Meta’s.',
  'clock.ahead': "This server's clock is {seconds} s ahead of Meta’s.",
  'clock.behind': "This server's clock is {seconds} s behind Meta’s.",
  'clock.set': 'Set it by NTP: times of messages and the 24-hour window depend on it.',
  'sms.save': 'Copy account SID and auth token from the provider’s console and save them here.',
  'sms.active': 'The account is active.',
  'sms.account': 'The account is {status}.',
  'sms.billing': 'Look at its billing in the provider’s console.',
  'sms.no-number': 'The account has no such number.',
  'sms.write-number': 'Write it with + and country code, as the provider’s console shows it.',
  'sms.can': 'It can send and get SMS.',
  'sms.can-not': 'The number can not send SMS.',
  'sms.capability': 'Take a number with the capability SMS.',
  'sms.heard': 'Rightly signed messages have come in the last days.',
  'sms.set': 'Set “A message comes in” of the number to {address} (HTTP POST), then write to it.',
  'sms.here': 'The provider sends messages to this server.',
  'sms.nowhere': 'Messages to the number go nowhere.',
  'sms.elsewhere': 'Messages go to another address: {address}',
  'sms.reported': 'Delivery is reported to this server.',
  'sms.no-address': 'Without a public address nobody can report what was delivered.',
  'public-url': 'Set FINEACERS_PUBLIC_URL to the https:// address this server is reached at.',
  'mail.in': 'The server lets us in.',
  'mail.inbox': 'The server lets us in, and the inbox opens.',
  'mail.look': 'Look at server, port, security, user and password: your mail provider’s help pages name them.',
  'mail.away': 'The mail server could not be reached: {code}.',
  'mail.closed': 'The mail server closed the connection.',
  'mail.login': 'The mail server does not accept our user and password.',
  'mail.password': 'The mail server does not accept our user and password: put them in anew.',
  'mail.private': '{host} is in a private network, which this server does not connect to for a workspace.',
  'mail.leave': 'Marketing mail carries a one-click link.',
  'mail.no-leave': 'Marketing mail can carry no link by which people leave.',
  'domain.away': 'Not known: the name could not be looked up.',
  'domain.no-spf': 'The domain does not say which servers send its mail.',
  'domain.add-spf': 'Add the TXT record your mail provider names, such as “v=spf1 include:_spf.example.com ~all”.',
  'domain.many-spf': 'There are several SPF records, so none counts.',
  'domain.join-spf': 'Join them into one.',
  'domain.open-spf': 'The SPF record lets everybody send as you.',
  'domain.end-spf': 'Let it end with ~all or -all.',
  'domain.dkim': 'A key is published under the selector “{selector}”.',
  'domain.no-dkim': 'No key was found under the usual selectors.',
  'domain.add-dkim':
    'Switch DKIM signing on at your mail provider and publish the key it names. With a selector of your own all may be well.',
  'domain.no-dmarc': 'The domain does not say what to do with forged mail.',
  'domain.add-dmarc': 'Add the TXT record _dmarc.{domain} with “v=DMARC1; p=none; rua=mailto:…” and raise p later.',
  'domain.dmarc': 'Forged mail: {policy}.',
  'domain.dmarc-none': 'Forged mail is only reported. Raise p to quarantine once reports are clean.',
  'domain.no-policy': 'The DMARC record names no policy.',
  'domain.add-policy': 'Add p=none, p=quarantine or p=reject.',
  'test.meta': 'Meta accepted it. It should be on the phone in a few seconds.',
  'test.sms': 'The provider accepted it. It should be there in a few seconds.',
  'test.mail': 'The mail server took it. It should be there soon.',
  'test.wait': 'It was not sent. Try again in {seconds} s.',
  'test.checks': 'Look at the checks: they say which part is not right.',
  'test.phone': 'Look whether it came to the phone before you send another.',
  'test.arrived': 'Look whether it arrived before you send another.',
  'templates.read': '{count} templates.',
  'templates.check': 'Check the connection, then read them again.',
  unknown: 'Not known.',
  'not-now': 'Not known at the moment.',
  again: 'Check again in a minute.',
} as const

/** The code of a sentence. */
export type FindingCode = keyof typeof findingTexts

/** The finding with its sentences by code beside them, where they have one. */
export function coded<Each extends Finding>(finding: Each): Each {
  const says = textOf(finding.what)
  const asks = finding.whatToDo === undefined ? undefined : textOf(finding.whatToDo)
  return { ...finding, ...(says === undefined ? {} : { says }), ...(asks === undefined ? {} : { asks }) }
}

/** The code of a sentence and what varies in it; absent for a provider's own words. */
export function textOf(sentence: string): FindingText | undefined {
  for (const { code, pattern } of patterns) {
    const found = pattern.exec(sentence)
    if (found !== null) return { code, values: { ...found.groups } }
  }
  return undefined
}

// Sentences with fewer places that vary come first: they are the narrower.
const patterns = Object.entries(findingTexts)
  .map(([code, text]) => ({ code, pattern: patternOf(text), places: text.split('{').length }))
  .toSorted((one, other) => one.places - other.places)

function patternOf(text: string): RegExp {
  const source = text
    .split(/\{(\w+)\}/u)
    .map((part, index) =>
      index % 2 === 1 ? `(?<${part}>.+?)` : part.replaceAll(/[.*+?^$()|[\]\\{}/]/gu, String.raw`\$&`),
    )
    .join('')
  return new RegExp(`^${source}$`, 'su')
}
