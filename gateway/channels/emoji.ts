const oneEmoji = /^\p{RGI_Emoji}$/v
const anyEmoji = /\p{RGI_Emoji}/v

/** Whether a text is one emoji as keyboards offer it, with skin tone and joiners, and nothing else. */
export function isEmoji(text: string): boolean {
  return oneEmoji.test(text)
}

/** Whether an emoji stands in a text. */
export function hasEmoji(text: string): boolean {
  return anyEmoji.test(text)
}
