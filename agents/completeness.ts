/**
 * Whether a message is plainly a whole request, so that its turn need not wait for more of a burst. Pure and cheap: it runs on every
 * message at the door. When in doubt it says no, which costs at most the burst window.
 */
export function isPlainlyComplete(text: string): boolean {
  const said = text.slice(0, 600).trim().toLowerCase()
  if (said === '' || trailing.test(said)) return false
  if (/[?!।][)"'”\s]*$/u.test(said)) return true
  const words = said.split(/\s+/u).length
  if (words === 1) return closing.test(said)
  if (closing.test(said)) return true
  if (/[.][)"'”\s]*$/u.test(said) && !/\.\.\s*$/u.test(said)) return words >= 3
  return (request.test(said) && words >= 3) || (anchored.test(said) && words >= 4)
}

/** Ends in the middle: a conjunction, a preposition, a greeting that announces more. */
const trailing =
  /(?:^|\s)(?:and|or|but|with|in|at|for|the|a|an|to|of|near|under|below|above|between|from|also|because|so|like|my|is|are|aur|ya|lekin|ke|ki|ka|mein|se|ki|और|या|लेकिन|के|की|का|में|से|hi|hello|hey|namaste|actually|one more thing|wait|hmm+|ok so|नमस्ते)[,\s]*$|[,;:…(-]\s*$|\.\.+\s*$/u
const closing =
  /^(?:yes|no|yeah|yep|nope|ok(?:ay)?|sure|thanks?|thank you|thankyou|haan?|nahi|ji|theek hai|done|bye|good ?bye|हाँ|हां|नहीं|जी|ठीक है|धन्यवाद|stop|agent|human|cancel|confirm)(?: (?:please|ji|thanks|thank you|sir|madam|book it|do it|kar do))?[.!]*$/u
const request =
  /(?:^|\s)(?:show|find|need|want|looking|look|book|schedule|visit|see|tell|give|send|what|what's|whats|how|when|where|which|who|is|are|can|could|do|does|chahiye|chaiye|dikhao|dikhaiye|batao|bataiye|dekhna|dekhni|karna|kitna|kitni|kab|kahan|kya|चाहिए|दिखाओ|बताओ|बताइए|देखना|कितना|कब|क्या)(?=\s|$)/u
const anchored = /\d\s*(?:bhk|bed|lakh|lac|crore|cr|k|am|pm|baje|%|लाख|करोड़|बीएचके)(?:\s|$)/u
