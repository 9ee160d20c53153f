/** Text without line breaks, tabs, runs of spaces and blank ends, as Meta wants it in labels and variables. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}
