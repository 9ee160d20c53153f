/**
 * What may be said in the company's name by whoever is not a member: no banned phrase, and no link to a foreign host. Pure. A member answers for their own
 * words, and is not asked. Rules: system B8.
 */
import type { OutgoingContent } from './dispatch-contract.ts'

/** What a workspace wants kept. */
export interface ContentRules {
  /** Whole words, in any case; a blank is any white space. */
  readonly bannedPhrases: readonly string[]
  /** Hosts that links may lead to, with all below them; any when there are none. */
  readonly linkHosts: readonly string[]
}

/** Why a message must not go out, naming what is wrong with it; nothing when it may. */
export function blocked(content: OutgoingContent, { bannedPhrases, linkHosts }: ContentRules): string | undefined {
  const said = wordsOf(content, '').map((each) => each.normalize('NFKC').replaceAll(invisible, ''))
  const phrase = bannedPhrases.find((each) => said.some((text) => says(text, each)))
  if (phrase !== undefined) return `it says “${phrase}”, which nobody may say for us`
  if (linkHosts.length === 0) return undefined
  const foreign = said.flatMap(hostsIn).find((host) => !linkHosts.some((ours) => isWithin(host, ours)))
  return foreign === undefined ? undefined : `it leads to ${foreign}, which is not one of our addresses`
}

/** Fields that no customer reads: what the provider fetches or names. */
const unread: ReadonlySet<string> = new Set(['kind', 'media', 'mediaId', 'link', 'photo', 'language', 'to', 'token'])

/** All that is said, wherever it stands: in a title, on a button, as a variable. */
function wordsOf(value: unknown, field: string): readonly string[] {
  if (unread.has(field)) return []
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]: readonly [string, unknown]) => {
    return wordsOf(each, Array.isArray(value) ? field : name)
  })
}

/** Marks of no width, by which a word could be hidden. */
const invisible = /[\u00AD\u200B-\u200F\u2060\uFEFF]/gu

function says(text: string, phrase: string): boolean {
  const words = phrase.normalize('NFKC').trim().split(/\s+/u).map(escaped).join('\\s+')
  return words !== '' && new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])${words}(?![\\p{L}\\p{M}\\p{N}])`, 'iu').test(text)
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')
}

/** With a scheme or `www.`, before a path, or by an ending that a chat makes a link of. An address of a mailbox is none. */
const links =
  /(?<![@\w.-])(?:(?:https?:\/\/)(?:[^\s/@]*@)?([^\s/:?#,;!)"']+)|((?:[a-z0-9-]+\.)+[a-z]{2,24})(?=\/)|((?:[a-z0-9-]+\.)+(?:com|net|org|in|io|co|info|biz|app|me|ly|link|site|shop|online|xyz|ae))(?![\w@-]|\.\w))/giu

function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(links)].map(([, full, pathed, bare]) => {
    return (full ?? pathed ?? bare ?? '').toLowerCase().replace(/\.+$/u, '')
  })
}

function isWithin(host: string, ours: string): boolean {
  const allowed = ours.toLowerCase()
  return host === allowed || host.endsWith(`.${allowed}`)
}
