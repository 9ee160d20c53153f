import { GraphError } from './graph-error.ts'
import type { Minting } from './minting.ts'
import type { OutgoingTemplate } from './message-shape.ts'
import type { NewTemplate, TemplateComponent } from './template-shape.ts'

export type TemplateStatus = 'APPROVED' | 'PENDING' | 'PAUSED' | 'DISABLED' | 'REJECTED'

/** A template as the list answers it; `id` is text, since it is a number beyond what JavaScript holds exactly. */
export interface Template extends NewTemplate {
  readonly id: string
  readonly status: TemplateStatus
}

/** A template with its variables filled in, as a phone shows it. */
export interface RenderedTemplate {
  readonly category: string
  readonly header?: { readonly kind: string; readonly text?: string; readonly link?: string; readonly mediaId?: string }
  readonly body: string
  readonly footer?: string
  readonly buttons: readonly { readonly text: string; readonly payload?: string; readonly url?: string }[]
}

const bodyMax = 1_024
const templatesMax = 250

/**
 * The templates of the business account.
 * Owns them. 1. A name has one template in each language. 2. What is sent fits its template, or is refused with Meta's code.
 */
export class Templates {
  readonly #minting: Minting
  readonly #templates = new Map<string, Template>()
  readonly #onChange: (template: Template) => void

  constructor(minting: Minting, onChange: (template: Template) => void) {
    this.#minting = minting
    this.#onChange = onChange
  }

  all(): readonly Template[] {
    return [...this.#templates.values()]
  }

  /** Throws a `GraphError` when the name is taken in this language, or there are too many. */
  add(template: NewTemplate, status: TemplateStatus): Template {
    const key = keyOf(template.name, template.language)
    if (this.#templates.has(key)) throw new GraphError(100, 'There is already content in this language.')
    if (this.#templates.size >= templatesMax) throw new GraphError(100, `There are ${templatesMax} templates already.`)
    const added: Template = { ...template, id: this.#minting.digits(17), status }
    this.#templates.set(key, added)
    return added
  }

  /** Tells whoever listens when it changes something. */
  setStatus(id: string, status: TemplateStatus): void {
    const template = this.all().find((each) => each.id === id)
    if (template === undefined || template.status === status) return
    const changed = { ...template, status }
    this.#templates.set(keyOf(template.name, template.language), changed)
    this.#onChange(changed)
  }

  /** What the customer will see. Throws a `GraphError` when it can't be sent. */
  render({ name, language, components = [] }: OutgoingTemplate): RenderedTemplate {
    const template = this.#templates.get(keyOf(name, language.code))
    if (template === undefined) {
      throw new GraphError(132001, `template name (${name}) does not exist in ${language.code}`)
    }
    const refusal = refusedFor[template.status]
    if (refusal !== undefined) throw new GraphError(refusal)
    return rendered(template, components)
  }
}

const refusedFor: { readonly [status in TemplateStatus]?: 132001 | 132015 | 132016 } = {
  PENDING: 132001,
  REJECTED: 132001,
  PAUSED: 132015,
  DISABLED: 132016,
}

type SentComponents = NonNullable<OutgoingTemplate['components']>
type SentParameter = NonNullable<SentComponents[number]['parameters']>[number]

function rendered(template: Template, sent: SentComponents): RenderedTemplate {
  const header = componentOf(template, 'HEADER')
  const body = filled(componentOf(template, 'BODY')?.text ?? '', parametersOf(sent, 'body'))
  if (body.length > bodyMax)
    throw new GraphError(132005, `The body is ${body.length} characters long, at most ${bodyMax}.`)
  const footer = componentOf(template, 'FOOTER')
  return {
    category: template.category.toLowerCase(),
    ...(header === undefined ? noHeader(sent) : { header: headerOf(header, parametersOf(sent, 'header')) }),
    body,
    ...(footer === undefined ? {} : { footer: footer.text }),
    buttons: buttonsOf(componentOf(template, 'BUTTONS')?.buttons ?? [], sent),
  }
}

function componentOf<Type extends TemplateComponent['type']>(
  template: Template,
  type: Type,
): Extract<TemplateComponent, { type: Type }> | undefined {
  return template.components.find((each): each is Extract<TemplateComponent, { type: Type }> => each.type === type)
}

function parametersOf(sent: SentComponents, type: string): readonly SentParameter[] {
  return sent.filter((each) => each.type === type).flatMap((each) => each.parameters ?? [])
}

function noHeader(sent: SentComponents): object {
  const given = parametersOf(sent, 'header').length
  if (given > 0)
    throw new GraphError(
      132000,
      `header: number of localizable_params (${given}) does not match the expected number of params (0)`,
    )
  return {}
}

function headerOf(
  header: Extract<TemplateComponent, { type: 'HEADER' }>,
  parameters: readonly SentParameter[],
): NonNullable<RenderedTemplate['header']> {
  if (header.format === 'TEXT') return { kind: 'text', text: filled(header.text ?? '', parameters) }
  const kind = header.format.toLowerCase()
  const [parameter] = parameters
  if (parameters.length !== 1 || parameter?.type !== kind)
    throw new GraphError(132012, `header: Format mismatch, expected ${header.format}`)
  if (parameter.type !== 'image' && parameter.type !== 'video' && parameter.type !== 'document') return { kind }
  const { link, id } = mediaOf(parameter)
  return { kind, ...(link === undefined ? {} : { link }), ...(id === undefined ? {} : { mediaId: id }) }
}

function mediaOf(parameter: Extract<SentParameter, { type: 'image' | 'video' | 'document' }>): {
  readonly link?: string | undefined
  readonly id?: string | undefined
} {
  if (parameter.type === 'image') return parameter.image
  return parameter.type === 'video' ? parameter.video : parameter.document
}

/** Puts the parameters in the places of `{{1}}` or `{{name}}`; as many and of the same kind as the text has. */
function filled(text: string, parameters: readonly SentParameter[]): string {
  const places = [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''))]
  if (places.length !== parameters.length) {
    throw new GraphError(
      132000,
      `body: number of localizable_params (${parameters.length}) does not match the expected number of params (${places.length})`,
    )
  }
  const values = new Map(parameters.map((parameter, index) => valueAt(parameter, index)))
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, place: string) => {
    const value = values.get(place)
    if (value === undefined) throw new GraphError(132000, `body: there is no parameter for {{${place}}}`)
    return value
  })
}

function valueAt(parameter: SentParameter, index: number): readonly [place: string, value: string] {
  const place = (parameter.type === 'text' ? parameter.parameter_name : undefined) ?? String(index + 1)
  if (parameter.type === 'text') return [place, parameter.text]
  if (parameter.type === 'currency') return [place, parameter.currency.fallback_value]
  if (parameter.type === 'date_time') return [place, parameter.date_time.fallback_value]
  throw new GraphError(132012, `body: Format mismatch, expected TEXT and not ${parameter.type}`)
}

type TemplateButton = Extract<TemplateComponent, { type: 'BUTTONS' }>['buttons'][number]

function buttonsOf(buttons: readonly TemplateButton[], sent: SentComponents): RenderedTemplate['buttons'] {
  const given = sent.filter((each) => each.type === 'button')
  const misplaced = given.find((each) => buttons[Number(each.index)] === undefined)
  if (misplaced !== undefined) throw new GraphError(132012, `button: there is no button at index ${misplaced.index}`)
  return buttons.map(({ type, text, url }, index) => {
    const parameter = given.find((each) => Number(each.index) === index)?.parameters?.[0]
    if (type === 'QUICK_REPLY') return { text, payload: parameter?.type === 'payload' ? parameter.payload : text }
    const suffix = parameter?.type === 'text' ? parameter.text : ''
    return { text, ...(url === undefined ? {} : { url: url.replace(/\{\{\w+\}\}/, suffix) }) }
  })
}

function keyOf(name: string, language: string): string {
  return `${name}/${language}`
}
