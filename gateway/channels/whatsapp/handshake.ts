import { fingerprint, sameFingerprint } from '../../auth/secrets.ts'

/**
 * The answer to Meta's question whether this address is ours: the challenge, to be sent back as plain text, or undefined, which is 403.
 * Several tokens, so that one can be replaced; none, or an empty one, matches nothing. Source: reference 6.1.
 */
export function answerHandshake(
  query: { readonly [key: string]: unknown },
  tokens: readonly string[],
): string | undefined {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query
  if (mode !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string') return undefined
  if (challenge === '' || challenge.length > challengeLengthMax) return undefined
  return tokens.some((each) => isSame(each, token)) ? challenge : undefined
}

const challengeLengthMax = 1024

/** By their hashes, which are of one length: neither the token nor its length shows in the time it takes. */
function isSame(expected: string, given: string): boolean {
  return expected !== '' && sameFingerprint(fingerprint(expected), fingerprint(given))
}
