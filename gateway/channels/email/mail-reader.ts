/**
 * Owns the reading of every connected mailbox while this process is the one that does it, and the place read up to of each (records `mail-places`).
 * 1. A mail's place moves on only after everything in it is durable: who dies in between reads it again, which changes nothing. 2. A mailbox begins at
 * its end: what lay there before it was connected is not answered. 3. A mailbox that fails is tried again with growing pauses, apart from the others.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { backoffMs, pause } from '#runtime/backoff.ts'
import type { LeasedWork } from '#runtime/leased.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ChannelDesks } from '../../connections/channel-desks.ts'
import type { KeptMail, OpenInbox } from './imap-line.ts'
import type { MailAccount } from './mail-account.ts'
import { readMail } from './read-mail.ts'
import { withFiles } from './keep-files.ts'
import { takeMailIn } from './take-in.ts'

export interface MailReading {
  readonly desk: ChannelDesks['email']
  readonly runtime: Pick<Runtime, 'send'>
  readonly records: Records
  /** Keeps what comes with a mail; without it files are named and stay with the mail. */
  readonly files?: Files
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Where somebody is taken to be whose mail does not tell. */
  readonly timeZone: string
  /** How often it is looked which mailboxes there are, and whether one has mail it did not tell of. */
  readonly everyMs?: number
}

const everyMsByDefault = 20_000
const retryBaseMs = 2000
const retryMaxMs = 5 * 60_000
const batch = 20
const dayMs = 24 * 60 * 60 * 1000

/** Reads every connected mailbox until it is stopped. */
export function startMailReader(reading: MailReading): LeasedWork {
  return new MailReader(reading)
}

interface Watched {
  readonly account: MailAccount
  readonly stop: AbortController
  readonly done: Promise<void>
}

class MailReader implements LeasedWork {
  readonly #reading: MailReading
  readonly #stopping = new AbortController()
  readonly #watched = new Map<string, Watched>()
  readonly #done: Promise<void>

  constructor(reading: MailReading) {
    this.#reading = reading
    this.#done = this.#follow()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#done
  }

  /** Keeps one watch for each mailbox there is, anew when it was changed. */
  async #follow(): Promise<void> {
    const { desk, clock, log, everyMs = everyMsByDefault } = this.#reading
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#adjust(await desk.accounts.all())
      } catch (error) {
        log.warn('the mailboxes can not be listed now', { error: String(error) })
      }
      await pause(clock, everyMs, this.#stopping.signal)
    }
    await this.#adjust([])
  }

  async #adjust(accounts: readonly MailAccount[]): Promise<void> {
    const wanted = new Map(accounts.map((each) => [keyOf(each), each]))
    for (const [key, { account, stop, done }] of this.#watched) {
      if (isDeepStrictEqual(wanted.get(key), account)) continue
      stop.abort()
      await done
      this.#watched.delete(key)
    }
    for (const [key, account] of wanted) {
      if (this.#watched.has(key)) continue
      const stop = new AbortController()
      this.#watched.set(key, { account, stop, done: watch(account, stop.signal, this.#reading) })
    }
  }
}

/** Reads one mailbox until the signal ends. Never rejects. */
async function watch(account: MailAccount, signal: AbortSignal, reading: MailReading): Promise<void> {
  const { clock, ids, log } = reading
  for (let failures = 0; !signal.aborted;) {
    try {
      await readOn(account, signal, { ...reading, well: () => (failures = 0) })
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      log.warn('a mailbox can not be read now', { mailbox: keyOf(account), failures, error: String(error) })
      await pause(clock, Math.min(retryMaxMs, backoffMs(retryBaseMs, failures, ids.random())), signal)
    }
  }
}

async function readOn(
  account: MailAccount,
  signal: AbortSignal,
  reading: MailReading & { readonly well: () => void },
): Promise<void> {
  const { desk, clock, everyMs = everyMsByDefault } = reading
  const inbox = await desk.imap.open(account)
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  try {
    const place = await beginning(account, inbox, reading)
    reading.well()
    for (let next = place; !signal.aborted;) {
      const mails = await inbox.from(next, batch)
      for (const mail of mails) await takeIn(account, mail, reading)
      const last = mails.at(-1)
      if (last !== undefined) {
        next = last.uid + 1
        await keepPlace(account, { uidValidity: inbox.uidValidity, next }, reading)
        continue
      }
      const waited = new AbortController()
      const timed = pause(clock, everyMs, waited.signal).then(() => (waited.signal.aborted ? undefined : inbox.look()))
      await Promise.race([inbox.changed(), timed, ended]).finally(() => waited.abort())
    }
  } finally {
    inbox.close()
  }
}

const placeShape = z.object({ uidValidity: z.string(), next: z.number(), atMs: z.number() })
const collection = 'mail-places'

/** Where to go on. 2. A new mailbox begins at its end; one that was numbered anew, a day before it was read last. */
async function beginning(account: MailAccount, inbox: OpenInbox, reading: MailReading): Promise<number> {
  const stored = await reading.records.get(collection, keyOf(account))
  const place = stored === undefined ? undefined : placeShape.parse(stored.value)
  if (place?.uidValidity === inbox.uidValidity) return place.next
  const next = place === undefined ? inbox.uidNext : await inbox.since(place.atMs - dayMs)
  await keepPlace(account, { uidValidity: inbox.uidValidity, next }, reading)
  return next
}

async function keepPlace(
  account: MailAccount,
  place: { readonly uidValidity: string; readonly next: number },
  { records, clock }: MailReading,
): Promise<void> {
  const stored = await records.get(collection, keyOf(account))
  await records.put(collection, keyOf(account), { ...place, atMs: clock.nowMs() }, stored?.revision ?? 0)
}

/** 1. */
async function takeIn(
  { workspace, settings }: MailAccount,
  { raw, receivedAtMs }: KeptMail,
  { desk, runtime, clock, timeZone, files }: MailReading,
): Promise<void> {
  const { account } = settings
  const read = await readMail(raw, account)
  const update =
    read.kind === 'message' && files !== undefined ? await withFiles(read, { workspace, raw, files }) : read
  const nowMs = clock.nowMs()
  const taking = {
    workspace,
    account,
    marks: desk.marks,
    raw,
    timeZone,
    receivedAtMs: Math.min(receivedAtMs ?? nowMs, nowMs),
  }
  const events = await takeMailIn(update, taking, desk.threads)
  await Promise.all(events.map((event) => runtime.send(event)))
}

function keyOf({ workspace, settings }: MailAccount): string {
  return `${workspace}/${settings.account}`
}
