/** A run of a message's text; `href` only on http and https addresses. */
export interface TextRun {
  readonly text: string
  readonly href?: string
}

const address = /https?:\/\/[^\s<>"'`]+/gi

/** Cuts a text into plain runs and links. Everything that is not an http(s) address stays plain text. */
export function textRuns(text: string): readonly TextRun[] {
  const runs: TextRun[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    const found = trimmed(match[0])
    const href = safeHref(found)
    if (href === undefined) continue
    if (match.index > end) runs.push({ text: text.slice(end, match.index) })
    runs.push({ text: found, href })
    end = match.index + found.length
  }
  if (end < text.length) runs.push({ text: text.slice(end) })
  return runs
}

/** The address when it is a valid http(s) one without credentials in it, which only serve to mislead. */
export function safeHref(text: string): string | undefined {
  try {
    const url = new URL(text)
    const web = url.protocol === 'http:' || url.protocol === 'https:'
    return web && url.username === '' && url.password === '' ? url.href : undefined
  } catch {
    return undefined
  }
}

/** Punctuation at the end belongs to the sentence; a closing bracket too unless the address opened one. */
function trimmed(found: string): string {
  let text = found.replace(/[.,;:!?…।]+$/u, '')
  while (text.endsWith(')') && text.split('(').length < text.split(')').length)
    text = text.slice(0, -1).replace(/[.,;:!?]+$/u, '')
  return text
}
