import { addressOf, type Address } from '#runtime/address.ts'
import { accountId } from '#machines/account-writing.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { messageLimits } from '../channels/whatsapp/message-limits.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { listed } from '../patience.ts'
import type { FilledTemplate, TemplateView } from '../protocol.ts'
import { filledBody } from '#machines/template-words.ts'
import { templateDocumentKey, templateView, type TemplateDocument } from '../read-models/account-projection.ts'
import { collections } from '../read-models/collections.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { fromJson } from '../read-models/shape.ts'
import type { Handlers } from './handlers.ts'

/** As many as an account keeps. */
const listMax = 500
const header = ['image', 'video', 'document'] as const

/** What a member may send when free words may not go out. */
export const templateCommands: Handlers<'template.list'> = {
  async 'template.list'({ conversation }, { house, session }) {
    const { document } = await house.rooms.look(session.address(conversation, 'conversation'))
    const account = accountOf(document)
    if (account === undefined) return { templates: [] }
    const page = await listed(
      house.clock,
      house.documents.query({
        collection: collections.templates,
        where: [{ field: 'account', op: '=', value: account }],
        order: [{ field: 'label', direction: 'ascending' }],
        limit: listMax,
      }),
    )
    const all = page.documents.map(({ value }) => fromJson<TemplateDocument>(value))
    return { templates: all.filter(isSendable).map(templateView), language: document.language }
  },
}

/** A filled template as content to send, checked against what the provider has. Throws `invalid` with what is wrong. */
export async function templateContent(
  { documents }: Pick<House, 'documents'>,
  document: ConversationDocument,
  filled: FilledTemplate,
): Promise<Extract<OutgoingContent, { readonly kind: 'template' }>> {
  const account = accountOf(document)
  if (account === undefined) throw new GatewayError('invalid', 'Templates go out on WhatsApp only.')
  const stored = await documents.get(collections.templates, templateDocumentKey(account, filled))
  const { name, language } = filled
  if (stored === undefined) throw new GatewayError('invalid', `There is no template ${name} in ${language}.`)
  const template = fromJson<TemplateDocument>(stored.value)
  if (!isSendable(template)) {
    throw new GatewayError('invalid', `The template ${name} is ${template.status.toLowerCase()}: choose another one.`)
  }
  const variables = filled.variables.map((each) => each.trim())
  mustFit(template, { ...filled, variables })
  const kind = header.find((each) => each === template.header)
  return {
    kind: 'template',
    name,
    language,
    category: template.category === 'marketing' ? 'marketing' : 'utility',
    variables,
    ...(kind === undefined || filled.header === undefined ? {} : { header: { kind, link: filled.header } }),
    preview: filledBody(template.body, variables),
  }
}

function mustFit(template: TemplateView | TemplateDocument, { name, variables, header: link }: FilledTemplate): void {
  if (variables.length !== template.variables) {
    const many = `${template.variables} variables, and ${variables.length} were filled in`
    throw new GatewayError('invalid', `The template ${name} has ${many}.`)
  }
  const empty = variables.indexOf('')
  if (empty >= 0) throw new GatewayError('invalid', `Variable ${empty + 1} of the template ${name} is empty.`)
  if (filledBody(template.body, variables).length > messageLimits.body) {
    throw new GatewayError('invalid', `The message would be longer than ${messageLimits.body} characters.`)
  }
  const needsLink = header.some((each) => each === template.header)
  if (needsLink && (link === undefined || !/^https:\/\//iu.test(link) || !URL.canParse(link))) {
    throw new GatewayError('invalid', `The template ${name} needs a web address (https) of its ${template.header}.`)
  }
}

/** Codes of a sign-in are not for conversations, and a place or words with variables in the header can't be filled in here. */
function isSendable({
  status,
  category,
  header: kind = '',
}: Pick<TemplateView, 'status' | 'category' | 'header'>): boolean {
  return status === 'APPROVED' && category !== 'authentication' && kind !== 'location'
}

/** The account by which the customer of a conversation was last reached. */
function accountOf({ conversation, marks }: ConversationDocument): Address | undefined {
  const reached = marks?.reached.find(({ channel }) => channel === 'whatsapp')
  const [workspace = ''] = conversation.split('/')
  return reached && addressOf(workspace, 'account', accountId('whatsapp', reached.account))
}

/** A member's message that is a filled template: its words, and what is sent. */
export async function filledIn(
  house: Pick<House, 'documents'>,
  document: ConversationDocument,
  template: FilledTemplate,
): Promise<{ readonly text: string; readonly content: OutgoingContent }> {
  const content = await templateContent(house, document, template)
  return { text: content.preview, content }
}
