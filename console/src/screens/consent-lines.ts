/** What ticked boxes agree to, by their keys. */
export type Consents = { readonly [checkbox: string]: readonly string[] }

/** As an admin writes it: a line for each box, `offers: whatsapp, email`. */
export function linesOf(consents: Consents): string {
  return Object.entries(consents)
    .map(([box, scopes]) => `${box}: ${scopes.map((scope) => scope.split(':', 1)[0]).join(', ')}`.trimEnd())
    .join('\n')
}

/** What is written so. A channel that does not exist is left to the server to refuse. */
export function consentsIn(text: string): Consents {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(lines.map(boxIn))
}

function boxIn(line: string): readonly [string, readonly string[]] {
  const end = line.lastIndexOf(':')
  const [box, channels] = end === -1 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)]
  const named = channels.split(',').map((each) => each.trim().toLowerCase())
  return [box.trim(), named.filter((each) => each !== '').map((channel) => `${channel}:marketing`)]
}
