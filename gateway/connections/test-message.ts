import type { Transmitted } from '#machines/dispatch-contract.ts'
import type { Finding } from '../protocol.ts'
import type { WhatsAppConnection } from './connection.ts'
import type { MetaLine } from './meta-line.ts'

/** Sends Meta's own sample template to a number, once, and tells what Meta said. */
export async function sendTestMessage(connection: WhatsAppConnection, line: MetaLine, to: string): Promise<Finding> {
  const { account, accessToken: token } = connection
  const body = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    type: 'template',
    template: { name: 'hello_world', language: { code: 'en_US' } },
  }
  return findingOf(await line.graph.send({ account, token, body }))
}

function findingOf(sent: Transmitted): Finding {
  switch (sent.outcome) {
    case 'accepted':
      if (sent.held === undefined)
        return { ok: true, what: 'Meta accepted it. It should be on the phone in a few seconds.' }
      return { ok: true, what: `Meta accepted it and holds it for now: ${sent.held}.` }
    case 'later': {
      const waitS = Math.ceil(sent.afterMs / 1000)
      return { ok: false, what: sent.reason, whatToDo: `It was not sent. Try again in ${waitS} s.` }
    }
    case 'refused': {
      const whatToDo = todoOf.get(sent.code) ?? 'Look at the checks: they say which part is not right.'
      return { ok: false, what: `${sent.reason} (code ${sent.code})`, whatToDo }
    }
    case 'ambiguous':
    case 'superseded':
      return { ok: false, what: sent.reason, whatToDo: 'Look whether it came to the phone before you send another.' }
  }
}

/** Codes that a first message meets and that the checks don't explain. Source: Meta's list of Cloud API error codes. */
const todoOf: ReadonlyMap<number, string> = new Map([
  [131030, 'Add the number to the recipients of your test number in WhatsApp › API setup.'],
  [
    131058,
    'Only Meta’s test numbers may send this sample. Token and number are right: write to it from a phone instead.',
  ],
  [132001, 'The account has no template hello_world in en_US: write to the number from a phone instead.'],
  [133010, 'Register the number in WhatsApp Manager first.'],
])
