/** What a cell with a written-out list or map holds. */
export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal }

const depthMax = 6
const token =
  /\s*(?:(?<punctuation>[[\](){}:,])|(?<word>[A-Za-z]+)|(?<number>-?\d+(?:\.\d+)?)|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))/uy

/** Reads JSON or a Python literal (`['Gym', 'Spa']`, `{'2 BHK': {…}}`) as data, never as code. `undefined` when it is neither. */
export function parseLiteral(text: string): Literal | undefined {
  if (!/^\s*[[{(]/.test(text) || text.length > 100_000) return undefined
  const tokens = tokensOf(text)
  if (tokens === undefined) return undefined
  const reader = { tokens, at: 0 }
  try {
    const value = read(reader, 0)
    return reader.at === tokens.length ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

interface Token {
  readonly kind: 'punctuation' | 'word' | 'number' | 'text'
  readonly text: string
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  const pattern = new RegExp(token)
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex
    const groups = pattern.exec(text)?.groups
    if (groups === undefined) return text.slice(start).trim() === '' ? tokens : undefined
    for (const kind of ['punctuation', 'word', 'number', 'text'] as const) {
      const found = groups[kind]
      if (found !== undefined) tokens.push({ kind, text: found })
    }
  }
  return tokens
}

interface Reader {
  readonly tokens: readonly Token[]
  at: number
}

function read(reader: Reader, depth: number): Literal {
  if (depth > depthMax) throw new SyntaxError('too deep')
  const next = reader.tokens[reader.at++]
  if (next === undefined) throw new SyntaxError('ends early')
  if (next.kind === 'text') return next.text.slice(1, -1).replace(/\\(.)/g, '$1')
  if (next.kind === 'number') return Number(next.text)
  if (next.kind === 'word') return word(next.text)
  if (next.text === '{') return readMap(reader, depth)
  if (next.text === '[' || next.text === '(') return readList(reader, depth, next.text === '[' ? ']' : ')')
  throw new SyntaxError(`unexpected ${next.text}`)
}

function readList(reader: Reader, depth: number, close: string): readonly Literal[] {
  const items: Literal[] = []
  while (!took(reader, close)) {
    if (items.length > 0 && !took(reader, ',')) throw new SyntaxError('comma expected')
    if (took(reader, close)) return items
    items.push(read(reader, depth + 1))
  }
  return items
}

function readMap(reader: Reader, depth: number): { readonly [key: string]: Literal } {
  const entries: [string, Literal][] = []
  while (!took(reader, '}')) {
    if (entries.length > 0 && !took(reader, ',')) throw new SyntaxError('comma expected')
    if (took(reader, '}')) break
    const key = read(reader, depth + 1)
    if (!took(reader, ':')) throw new SyntaxError('colon expected')
    if (typeof key !== 'string' && typeof key !== 'number') throw new SyntaxError('a key must be text')
    entries.push([String(key), read(reader, depth + 1)])
  }
  return Object.fromEntries(entries)
}

function took(reader: Reader, punctuation: string): boolean {
  const next = reader.tokens[reader.at]
  if (next?.kind !== 'punctuation' || next.text !== punctuation) return false
  reader.at++
  return true
}

function word(text: string): Literal {
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  if (/^(?:none|null|nan)$/i.test(text)) return null
  throw new SyntaxError(`unexpected ${text}`)
}
