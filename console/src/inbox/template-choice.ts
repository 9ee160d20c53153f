/** What the template picker shows, chosen from what there is. Pure. */
import { filledBody, placesIn } from '#machines/template-words.ts'
import type { FilledTemplate, TemplateView } from '#gateway/protocol.ts'

/** Templates whose name or words hold every word searched for, in one language or in all. */
export function foundTemplates(
  templates: readonly TemplateView[],
  { search, language }: { readonly search: string; readonly language: string },
): readonly TemplateView[] {
  const words = search.toLowerCase().split(/\s+/u)
  return templates.filter((each) => {
    const text = `${each.name.replaceAll('_', ' ')} ${each.name} ${each.body}`.toLowerCase()
    return (language === '' || each.language === language) && words.every((word) => text.includes(word))
  })
}

/** The languages there are, in order. */
export function languagesOf(templates: readonly TemplateView[]): readonly string[] {
  return [...new Set(templates.map(({ language }) => language))].toSorted()
}

/** Of the languages there are, the customer's; none chosen where there is none of that name, or several. */
export function firstLanguage(templates: readonly TemplateView[], spoken = ''): string {
  const baseOf = (tag: string) => tag.toLowerCase().split(/[-_]/u)[0]
  const alike = languagesOf(templates).filter((each) => baseOf(each) === baseOf(spoken))
  const [only] = alike
  return only !== undefined && alike.length === 1 ? only : ''
}

/** The variables as they are before anybody fills them in: what stands for a name is the customer's. */
export function firstVariables(template: TemplateView, customer: string): readonly string[] {
  const places = placesIn(template.body)
  return places.map((place, index) => (/name/iu.test(place) || (place === '1' && index === 0) ? customer : ''))
}

/** A header that needs a link before it can be sent. */
export function linkKind(template: TemplateView): 'image' | 'video' | 'document' | undefined {
  return (['image', 'video', 'document'] as const).find((each) => each === template.header)
}

/** The template as it is sent; absent while something is missing. */
export function filledTemplate(
  template: TemplateView,
  given: { readonly variables: readonly string[]; readonly link: string },
): { readonly template: FilledTemplate; readonly text: string } | undefined {
  const variables = given.variables.map((each) => each.trim())
  const needsLink = linkKind(template) !== undefined
  const link = given.link.trim()
  if (variables.includes('') || (needsLink && !(/^https:\/\//iu.test(link) && URL.canParse(link)))) return undefined
  const { name, language, body } = template
  return {
    template: { name, language, variables, ...(needsLink ? { header: link } : {}) },
    text: filledBody(body, variables),
  }
}
