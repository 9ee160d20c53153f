import type { WhatsAppCompany } from './company.ts'
import { textIn } from './fields.ts'
import type { CommittedStep } from './ledger.ts'
import { conversationsOf, echo } from './people.ts'

/** What is said of a message on its way out, from the draft to the call. */
const instants = new Set([
  'turn-drafted',
  'turn-checked',
  'message-added',
  'dispatch-asked',
  'dispatch-decided',
  'dispatch-changed',
])

/** Somebody answers on the paired phone just when something of the assistant's is on its way to the same customer. */
export function echoAtWorst(company: WhatsAppCompany): void {
  const { world, webhooks, people, ledger } = company
  const conversationOf = new Map<string, string>()
  ledger.onStep((step) => {
    remember(conversationOf, step)
    const worst = step.envelope.event.type === 'attempt.began' || step.facts.some(({ type }) => instants.has(type))
    if (!worst || world.ids.random() >= company.misfortune().echo) return
    const conversation = conversationOf.get(step.address) ?? step.address
    const person = people.people.find((each) => conversationsOf(each).some((address) => address === conversation))
    if (person !== undefined) echo({ world, webhooks, record: people }, person)
  })
}

function remember(conversationOf: Map<string, string>, { address, facts }: CommittedStep): void {
  const asked = facts.find(({ type }) => type === 'dispatch-asked')
  if (asked !== undefined) conversationOf.set(address, textIn(asked.data, 'conversation'))
}
