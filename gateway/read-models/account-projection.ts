import { partsOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { DocumentWrite } from '#runtime/ports/documents.ts'
import type { Projection } from '#runtime/runtime.ts'
import type { AccountFacts } from '#machines/account-contract.ts'
import { portfolioChannel } from '#machines/account-writing.ts'
import type { ChannelAccountView, TemplateView } from '../protocol.ts'
import { accountCollections, collections } from './collections.ts'
import { factOf, fromJson, maybe, toJson, without, type FactOf } from './shape.ts'

/** An account with what lists go by. */
export interface AccountDocument extends ChannelAccountView {
  readonly workspace: string
}

/** A template with what lists go by; `account` is the address of its account's actor. */
export interface TemplateDocument extends Omit<TemplateView, 'account'> {
  readonly workspace: string
  readonly account: string
  readonly label: string
}

const noticesMax = 50

/** Accounts of ours at providers and their templates, for the console and for whoever sends one. */
export const accountProjection: Projection = {
  name: 'accounts',
  collections: [...accountCollections],
  wants: (fact) => isNumber(fact.address),
  async apply(fact, read) {
    const told = factOf<AccountFacts>(fact)
    if (told.type === 'template-changed' || told.type === 'template-told' || told.type === 'template-gone') {
      const key = templateDocumentKey(fact.address, told.type === 'template-changed' ? told.data.template : told.data)
      const stored = await read.get(collections.templates, key)
      return template(key, told, stored === undefined ? undefined : fromJson<TemplateDocument>(stored))
    }
    const stored = await read.get(collections.accounts, fact.address)
    const before = stored === undefined ? newAccount(fact) : fromJson<AccountDocument>(stored)
    const value = toJson(changed(before, told))
    return [{ op: 'put', collection: collections.accounts, key: fact.address, revision: fact.position, value }]
  },
}

/** A portfolio of numbers only counts for them, and is nothing to look at. */
function isNumber(address: Address): boolean {
  const { kind, id } = partsOf(address)
  return kind === 'account' && !id.startsWith(`${portfolioChannel}:`)
}

/** The key of a template's document. */
export function templateDocumentKey(
  account: Address,
  { name, language }: { readonly name: string; readonly language: string },
): string {
  return `${account}#${name}/${language}`
}

function newAccount({ address }: Fact): AccountDocument {
  const { workspace, id } = partsOf(address)
  const [channel = '', account = ''] = id.split(/:(.*)/su)
  return { workspace, address, channel, account, brakes: {}, notices: [] }
}

type Told = FactOf<AccountFacts>

function changed(before: AccountDocument, { type, data, atMs }: Told): AccountDocument {
  switch (type) {
    case 'account-changed':
      return { ...before, ...data }
    case 'account-noticed':
      return { ...before, notices: [...before.notices, data].slice(-noticesMax) }
    case 'templates-read':
      return { ...before, templatesReadAtMs: atMs }
    default:
      return before
  }
}

function template(
  key: string,
  { type, data, address, position }: Told,
  before: TemplateDocument | undefined,
): readonly DocumentWrite[] {
  const collection = collections.templates
  const put = (document: TemplateDocument): readonly DocumentWrite[] => [
    { op: 'put', collection, key, revision: position, value: toJson(document) },
  ]
  if (type === 'template-changed') {
    const { name, language } = data.template
    return put({
      ...data.template,
      workspace: partsOf(address).workspace,
      account: address,
      label: `${name}/${language}`,
    })
  }
  if (before === undefined) return []
  if (type === 'template-gone') return [{ op: 'delete', collection, key, revision: position }]
  if (type !== 'template-told') return []
  const { what, value, reason } = data
  if (what === 'status') return put({ ...without(before, 'reason'), status: value, ...maybe('reason', reason) })
  return put(what === 'category' ? { ...before, category: value.toLowerCase() } : { ...before, quality: value })
}

/** An account as a console shows it. */
export function accountView({ workspace: _workspace, ...view }: AccountDocument): ChannelAccountView {
  return view
}

/** A template as a console shows it. */
export function templateView({
  workspace: _workspace,
  label: _label,
  account,
  ...view
}: TemplateDocument): TemplateView {
  return { ...view, account: account.slice(account.indexOf(':') + 1) }
}
