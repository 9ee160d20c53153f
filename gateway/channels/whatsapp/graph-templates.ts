import { z } from 'zod'
import { maybe } from '../../read-models/shape.ts'
import type { Asked } from './graph-answer.ts'
import type { GraphCall } from './graph-call.ts'
import { exactId } from './graph-ids.ts'
import { allPages } from './graph-pages.ts'

/** A message template as the business has it at Meta. Words such as `APPROVED` are Meta's own. */
export interface MessageTemplate {
  readonly id: string
  readonly name: string
  readonly language: string
  readonly status: string
  readonly category: string
  /** Its words, with variables as `{{1}}`. */
  readonly body: string
  /** How many different variables the body has. */
  readonly variables: number
  /** `text`, `image`, `video`, `document` or `location`. */
  readonly header?: string
  readonly buttons: readonly TemplateButton[]
  readonly quality?: string
}

/** A button of a template. Only quick replies carry a payload of ours. */
export interface TemplateButton {
  /** `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, … */
  readonly type: string
  readonly text: string
  readonly url?: string
}

/** Reads templates. */
export interface GraphTemplates {
  /** All templates of a WhatsApp business account. */
  templates(what: {
    readonly business: string
    readonly token: string
    readonly signal?: AbortSignal
  }): Promise<Asked<readonly MessageTemplate[]>>
}

/** The calls for templates, over a way to make calls. */
export function graphTemplates(call: GraphCall): GraphTemplates {
  return {
    templates: ({ business, ...how }) =>
      allPages(call, { path: [business, 'message_templates'], query: { fields }, ...how }, templateSchema),
  }
}

const fields = 'id,name,language,status,category,components,quality_score'
const word = z.string().optional().catch(undefined)

const componentSchema = z.object({
  type: z.string().transform((type) => type.toUpperCase()),
  format: word,
  text: z.string().catch(''),
  buttons: z.array(z.object({ type: z.string(), text: z.string().catch(''), url: word })).catch([]),
})

const templateSchema = z
  .object({
    id: exactId,
    name: z.string(),
    language: z.string(),
    status: z.string(),
    category: z.string().catch(''),
    components: z.array(componentSchema).catch([]),
    quality_score: z.object({ score: word }).optional().catch(undefined),
  })
  .transform(({ components, quality_score, ...template }): MessageTemplate => {
    const body = components.find(({ type }) => type === 'BODY')?.text ?? ''
    const header = components.find(({ type }) => type === 'HEADER')
    return {
      ...template,
      body,
      variables: new Set(body.match(/\{\{\s*\w+\s*\}\}/gu)?.map((each) => each.replace(/\s/gu, ''))).size,
      ...maybe('header', header?.format?.toLowerCase()),
      buttons: components
        .flatMap(({ buttons }) => buttons)
        .map(({ url, ...button }) => ({ ...button, ...maybe('url', url) })),
      ...maybe('quality', quality_score?.score),
    }
  })
