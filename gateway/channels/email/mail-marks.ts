import { createHmac } from 'node:crypto'
import { parseAddress, type Address } from '#runtime/address.ts'
import { sameFingerprint } from '../../auth/secrets.ts'

/**
 * Marks that our mail carries and that come back from outside: they name an actor and can't be made by anybody else, so that a bounce or a click
 * that carries one is about that actor. They say nothing secret.
 */
export interface MailMarks {
  /** The same for every attempt, so that a repeat is the same mail. */
  messageIdOf(dispatch: string, domain: string): string
  /** The dispatch a Message-ID of ours was made from. */
  dispatchIn(messageId: string): Address | undefined
  /** What a link to unsubscribe ends with. */
  leaveMarkOf(conversation: string): string
  conversationIn(mark: string): Address | undefined
}

const macLength = 22

/** Makes the marks with a key of this installation. */
export function createMailMarks(key: Uint8Array): MailMarks {
  const macOf = (use: string, text: string): string =>
    createHmac('sha256', key).update(`${use} ${text}`).digest('base64url').slice(0, macLength)
  const marked = (use: string, text: string): string => `${Buffer.from(text).toString('base64url')}.${macOf(use, text)}`
  const read = (use: string, mark: string): Address | undefined => {
    const [, body = '', mac = ''] = /^([\w-]{1,600})\.([\w-]+)$/u.exec(mark) ?? []
    const text = Buffer.from(body, 'base64url').toString()
    return sameFingerprint(mac, macOf(use, text)) ? parseAddress(text) : undefined
  }
  return {
    messageIdOf: (dispatch, domain) => `<${marked('dispatch', dispatch)}@${domain}>`,
    dispatchIn: (messageId) => read('dispatch', messageId.replace(/^<|@[^@]*$/gu, '')),
    leaveMarkOf: (conversation) => marked('leave', conversation),
    conversationIn: (mark) => read('leave', mark),
  }
}
