import { z } from 'zod'
import type { Records } from '#runtime/ports/records.ts'
import { contactId } from '#machines/contact-writing.ts'
import { toJson } from '../../read-models/shape.ts'

/** How the last mail of a person's is answered, so that mail programs show one thread. */
export interface MailThread {
  readonly subject: string
  /** Message-IDs, oldest first; the last is the one to answer. */
  readonly references: readonly string[]
}

/** Whose thread: a mailbox of ours and a person's address. */
export interface ThreadOf {
  readonly workspace: string
  readonly account: string
  readonly email: string
}

/** The threads of a house (records `mail-threads`). A lost one costs a mail its place in the list, and nothing more. */
export interface MailThreads {
  get(of: ThreadOf): Promise<MailThread | undefined>
  /** Whoever writes last stands. */
  note(of: ThreadOf, thread: MailThread): Promise<void>
}

const collection = 'mail-threads'
const referencesMax = 20
const shape = z.object({ subject: z.string(), references: z.array(z.string()) })

/** Keeps threads in records. */
export function createMailThreads(records: Records): MailThreads {
  return {
    async get(of) {
      const stored = await records.get(collection, keyOf(of))
      return stored === undefined ? undefined : shape.parse(stored.value)
    },
    async note(of, { subject, references }) {
      const stored = await records.get(collection, keyOf(of))
      const [first = '', ...rest] = references
      const kept = references.length > referencesMax ? [first, ...rest.slice(1 - referencesMax)] : references
      await records.put(collection, keyOf(of), toJson({ subject, references: kept }), stored?.revision ?? 0)
    },
  }
}

function keyOf({ workspace, account, email }: ThreadOf): string {
  return `${workspace}/${contactId('email', account, email)}`
}
