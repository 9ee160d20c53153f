import type { T } from './text.ts'

/** A channel's name, and that of all of them together. */
export function channelWord(channel: string, t: T): string {
  switch (channel) {
    case 'web':
    case 'widget':
      return t('channel.web')
    case 'whatsapp':
      return 'WhatsApp'
    case 'email':
      return t('channel.email')
    case 'sms':
      return t('channel.sms')
    case '*':
      return t('channel.all')
    default:
      return channel
  }
}
