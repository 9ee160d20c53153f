import type { T } from './text.ts'

const known = [
  'whatsapp',
  'email',
  'sms',
  'widget',
  'import',
  'meta-lead-ad',
  'facebook-comment',
  'facebook-message',
  'instagram-comment',
  'instagram-message',
] as const

/** Where a lead came from, in words; a source that another system named is shown as it named it. */
export function sourceWord(source: string, t: T): string {
  const word = known.find((each) => each === source)
  return word === undefined ? source : t(`source.${word}`)
}
