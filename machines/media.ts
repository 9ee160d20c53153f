/**
 * A file that came with a message, from the first word of it until it is ours or lost. M42: told however often, it is fetched and kept once. M43: what
 * can't be fetched now is asked for with growing pauses while the provider's id lives. M44: what is lost says why, and so does what is late.
 */
import { setup } from 'xstate'
import { identityId } from './contact-key.ts'
import { settled, work, type Hosted } from './hosted.ts'
import {
  mediaDefaults,
  type KeptMedia,
  type MediaEvent,
  type MediaFacts,
  type MediaInput,
  type MediaKeep,
  type MediaKind,
  type MediaLoss,
  type MediaSettings,
} from './media-contract.ts'
import { atMsOf, inked, oneOf, Pen, type Emitted } from './pen.ts'

interface Context {
  readonly address: string
  readonly settings: MediaSettings
  readonly channel: string
  readonly account: string
  readonly mediaId: string
  readonly kind: MediaKind
  readonly mimeType: string
  /** Empty where the provider told none. */
  readonly sha256: string
  readonly sentAtMs: number
  /** When we were first told of it. */
  readonly sinceMs: number
  readonly attempt: number
  readonly waitMs: number
}

type Event = MediaEvent
type MediaPen = Pen<Context, MediaFacts>
type Unkept = Exclude<KeptMedia, { readonly outcome: 'kept' }>

const base = setup({
  types: {
    context: {} as Context,
    events: {} as Event,
    emitted: {} as Emitted<MediaFacts>,
    input: {} as MediaInput,
  },
  actors: { 'keep-media': work<KeptMedia, MediaKeep>() },
  guards: {
    kept: ({ event }) => outputIn(event)?.outcome === 'kept',
    lost: ({ context, event }) => lossOf(context, event) !== undefined,
  },
  delays: {
    keepTimeout: ({ context }) => context.settings.keepTimeoutMs,
    pause: ({ context }) => context.waitMs,
  },
})

function writes(write: (pen: MediaPen, event: Event) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<Context, MediaFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    hear: writes((pen, event) => {
      const { channel, account, mediaId, kind, mimeType, sha256 = '', sentAtMs } = oneOf(event, ['media.asked'])
      const file = { channel, account, mediaId, kind, mimeType }
      pen.change({ ...file, sha256, sentAtMs: Math.min(sentAtMs, pen.atMs), sinceMs: pen.atMs })
      pen.fact('media-asked', file)
    }),
    begin: writes((pen) => pen.change({ attempt: pen.context.attempt + 1 })),
    keep: writes((pen, event) => {
      const output = outputIn(event)
      if (output?.outcome !== 'kept') return
      const { file, mimeType, sizeBytes, sha256 } = output
      pen.fact('media-kept', { file, mimeType, sizeBytes, sha256 })
    }),
    delay: writes((pen, event) => delay(pen, unkeptIn(event))),
    lose: writes((pen, event) => {
      const { reason } = unkeptIn(event)
      pen.fact('media-lost', { why: lossOf(pen.context, event) ?? 'expired', reason: reason.slice(0, reasonMax) })
    }),
  },
})

const reasonMax = 300

function delay(pen: MediaPen, unkept: Unkept): void {
  const { attempt, settings } = pen.context
  const afterMs = 'afterMs' in unkept ? (unkept.afterMs ?? 0) : 0
  const grown = settings.firstPauseMs * 2 ** Math.min(attempt - 1, 20)
  const waitMs = Math.min(Math.max(grown, afterMs), settings.longestPauseMs)
  pen.change({ waitMs })
  pen.fact('media-delayed', { reason: unkept.reason.slice(0, reasonMax), attempt, waitMs })
}

const unkept = [
  { guard: 'lost', target: 'lost', actions: 'lose' },
  { target: 'waiting', actions: 'delay' },
] as const

/** Version 1. */
export const mediaMachine = named.createMachine({
  id: 'media',
  context: ({ input }) => ({
    ...input,
    channel: '',
    account: '',
    mediaId: '',
    kind: 'document',
    mimeType: '',
    sha256: '',
    sentAtMs: 0,
    sinceMs: 0,
    attempt: 0,
    waitMs: 0,
  }),
  initial: 'expected',
  states: {
    expected: { on: { 'media.asked': { target: 'fetching', actions: 'hear' } } },
    fetching: {
      entry: 'begin',
      after: { keepTimeout: unkept },
      invoke: {
        id: 'keep-media',
        src: 'keep-media',
        input: ({ context: { channel, account, mediaId, kind, mimeType, sha256, attempt } }) => ({
          channel,
          account,
          mediaId,
          kind,
          mimeType,
          attempt,
          ...(sha256 === '' ? {} : { sha256 }),
        }),
        onDone: [{ guard: 'kept', target: 'kept', actions: 'keep' }, ...unkept],
        onError: unkept,
      },
    },
    waiting: { after: { pause: 'fetching' } },
    kept: {},
    lost: {},
  },
})

/** The file of a message as the host runs it. Settings come from `settings.media`. */
export const media: Hosted = {
  kind: 'media',
  version: 1,
  title: 'File of a message',
  description:
    'A photo, voice note or document that came with a message: fetched from its provider while that keeps it.',
  machine: mediaMachine,
  input: (address, settings) => ({ address, settings: settled(mediaDefaults, settings['media']) }),
}

/** The id of the actor of a provider's file. */
export function mediaKey({ channel, account, mediaId }: Pick<MediaEvent, 'channel' | 'account' | 'mediaId'>): string {
  return identityId(`${channel}:${account}:${mediaId}`)
}

/** Why it is lost, when it is. */
function lossOf(context: Context, event: { readonly type: string }): MediaLoss | undefined {
  const { sentAtMs, sinceMs, settings } = context
  const atMs = atMsOf(event)
  const output = unkeptIn(event)
  if (output.outcome === 'lost') return output.why
  if (output.outcome === 'missing' && atMs - sinceMs >= settings.missingForMs) return 'missing'
  return atMs - sentAtMs >= settings.tryForMs ? 'expired' : undefined
}

/** What the fetching came back with; anything that is none of the outcomes says nothing. */
function outputIn(event: { readonly type: string }): KeptMedia | undefined {
  if (!('output' in event)) return undefined
  const { output } = event
  return typeof output === 'object' && output !== null && 'outcome' in output ? (output as KeptMedia) : undefined
}

function unkeptIn(event: { readonly type: string }): Unkept {
  const output = outputIn(event)
  return output === undefined || output.outcome === 'kept'
    ? { outcome: 'later', reason: 'fetching it was broken off' }
    : output
}
