import { StorageError } from '#runtime/ports/storage-error.ts'
import type { Finding, Subject, Unwell } from './finding.ts'

/** What `look` finds; when it can't be had, that is what was found. */
export async function looked(
  check: string,
  about: Subject,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    return [couldNotLook(check, about, error)]
  }
}

/** What goes on without it. */
const without: { readonly [about in Subject]?: string } = {
  NATS: 'Nothing is taken in and nothing is handled. What was acknowledged is still there.',
  MongoDB: 'Chats go on. Lists stand still, and history older than 30 days waits.',
  Redis: 'Replies go on. Nobody can sign in, presence is not known, each process counts limits alone, campaigns stop.',
}

const loginOf: { readonly [about in Subject]?: string } = {
  NATS: 'NATS_URL, or the right file into NATS_CREDENTIALS',
  MongoDB: 'MONGODB_URL',
  Redis: 'REDIS_URL',
}

/** A refusal by the code of its error; ours that are for good end with what to do. */
function couldNotLook(check: string, about: Subject, error: unknown): Unwell {
  const message = error instanceof Error ? error.message : String(error)
  const finding = (found: string, todo: string): Unwell => ({
    level: 'wrong',
    check,
    about,
    found,
    means: without[about] ?? 'FineAcers does not work on it as it is.',
    todo,
  })
  if (/timeout/i.test(message)) return finding(`no answer in time: ${message}`, lookAgain)
  if (!(error instanceof StorageError)) return finding(`it could not be looked at: ${message}`, mendIt)
  switch (error.code) {
    case 'store-unavailable':
      return finding(message, 'Start the server, or mend the address or the way to it.')
    case 'store-unauthorized':
      return finding(message, `Put the right user and password into ${loginOf[about] ?? 'the address'}.`)
    case 'data-folder-newer':
      return finding(message, 'Start the newer version, or restore a backup from before.')
    default: {
      const cut = message.lastIndexOf(': ')
      return cut < 0 ? finding(message, mendIt) : finding(message.slice(0, cut), sentence(message.slice(cut + 2)))
    }
  }
}

const lookAgain =
  'Look again in ten seconds: servers that have lost one of them choose others. Where it stays so, start what is away and read its log.'
const mendIt = 'Mend what the message says, and look again.'

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?»]$/.test(text) ? '' : '.'}`
}
