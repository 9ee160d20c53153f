/** Finding the words of each claim in a text. Pure. */
import type { Claim } from '#gateway/protocol.ts'

export type TextPart = { readonly text: string; readonly claim?: Claim }

/** The text in parts, some of them bound to a claim. Every character is in exactly one part, in order. */
export function partsOf(text: string, claims: readonly Claim[]): readonly TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  while (from < text.length) {
    const next = nearest(text, claims, from)
    if (next === undefined) break
    if (next.at > from) parts.push({ text: text.slice(from, next.at) })
    parts.push({ text: next.claim.text, claim: next.claim })
    from = next.at + next.claim.text.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

function nearest(text: string, claims: readonly Claim[], from: number) {
  let best: { readonly at: number; readonly claim: Claim } | undefined
  for (const claim of claims) {
    const at = claim.text === '' ? -1 : text.indexOf(claim.text, from)
    if (at < 0) continue
    const longer = best?.at === at && claim.text.length > best.claim.text.length
    if (best === undefined || at < best.at || longer) best = { at, claim }
  }
  return best
}
