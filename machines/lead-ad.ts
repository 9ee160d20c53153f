/**
 * A form that somebody sent from an advertisement, from the first word of it until it is a lead. M36: told however often, it is one lead with the consent
 * that was ticked. M37: what can't be read is asked for with growing pauses; in the end it waits for a person, and told again it begins anew.
 */
import { setup } from 'xstate'
import { idOf, neighbour, settled, work, type Hosted } from './hosted.ts'
import {
  leadAdDefaults,
  type FetchedLead,
  type LeadAdEvent,
  type LeadAdFacts,
  type LeadAdInput,
  type LeadAdSettings,
  type LeadFetch,
} from './lead-ad-contract.ts'
import { atMsOf, inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

interface Context {
  readonly address: string
  readonly settings: LeadAdSettings
  readonly page: string
  readonly form: string
  /** As it was last told; empty once captured. */
  readonly told: string
  /** When it was last told. */
  readonly sinceMs: number
  /** Times it was asked for since. */
  readonly attempt: number
  readonly waitMs: number
  /** Times it was given up. */
  readonly failures: number
}

type Event = LeadAdEvent
type LeadAdPen = Pen<Context, LeadAdFacts>
type Unread = Exclude<FetchedLead, { readonly outcome: 'found' }>

const base = setup({
  types: {
    context: {} as Context,
    events: {} as Event,
    emitted: {} as Emitted<LeadAdFacts>,
    input: {} as LeadAdInput,
  },
  actors: { 'fetch-lead': work<FetchedLead, LeadFetch>() },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    found: ({ event }) => outputIn(event)?.outcome === 'found',
    refusedForLong: ({ context, event }) => isLong(context, event) && outputIn(event)?.outcome === 'refused',
    forLong: ({ context, event }) => isLong(context, event),
  },
  delays: {
    fetchTimeout: ({ context }) => context.settings.fetchTimeoutMs,
    pause: ({ context }) => context.waitMs,
  },
})

function writes(write: (pen: LeadAdPen, event: Event) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<Context, LeadAdFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    hear: writes((pen, event) => {
      const { page, form = '', told, by } = oneOf(event, ['ad-lead.announced'])
      pen.change({ page, form, told, sinceMs: pen.atMs, attempt: 0 })
      pen.fact('ad-lead-announced', { page, ...(form === '' ? {} : { form }), by })
    }),
    begin: writes((pen) => pen.change({ attempt: pen.context.attempt + 1 })),
    capture: writes((pen, event) => capture(pen, outputIn(event))),
    delay: writes((pen, event) => delay(pen, unreadIn(event))),
    giveUp: writes((pen, event) => giveUp(pen, unreadIn(event))),
  },
})

/** The lead and what was ticked, in one step; the lead's address follows from the form's id, so that nothing makes it two. */
function capture(pen: LeadAdPen, output: FetchedLead | undefined): void {
  if (output?.outcome !== 'found') return
  const { address, page } = pen.context
  const lead = leadOfAd(address)
  const { profile, consents, disclaimers } = output
  pen.change({ told: '' })
  pen.fact('ad-lead-captured', { lead, page, disclaimers })
  pen.send(lead, { type: 'lead.captured', profile })
  for (const said of consents) pen.send(lead, { type: 'consent.said', ...said })
}

function delay(pen: LeadAdPen, { reason, afterMs = 0 }: Unread): void {
  const { attempt, settings } = pen.context
  const grown = settings.firstPauseMs * 2 ** Math.min(attempt - 1, 20)
  const waitMs = Math.min(Math.max(grown, afterMs), settings.longestPauseMs)
  pen.change({ waitMs })
  pen.fact('ad-lead-delayed', { reason, attempt, waitMs })
}

/** Shown where everything is that could not be taken in: told again from there it comes back here. */
function giveUp(pen: LeadAdPen, { reason }: Unread): void {
  const { address, told, failures } = pen.context
  const letter = neighbour(address, 'refused-event', `lead-ad-${idOf(address)}-${failures + 1}`)
  pen.change({ failures: failures + 1 })
  pen.fact('ad-lead-failed', { reason, letter })
  const message = { subject: 'meta-page', headers: {}, body: told, encoding: 'text' }
  const reasons = [`the advertisement's lead could not be read: ${reason}`]
  pen.send(letter, { type: 'event.refused', message, reasons })
}

const again = { 'ad-lead.announced': { target: 'fetching', actions: 'hear' } } as const
const unread = [
  { guard: 'refusedForLong', target: 'refused', actions: 'giveUp' },
  { guard: 'forLong', target: 'missing', actions: 'giveUp' },
  { target: 'waiting', actions: 'delay' },
] as const

/** Version 1. */
export const leadAdMachine = named.createMachine({
  id: 'lead-ad',
  context: ({ input }) => ({
    ...input,
    page: '',
    form: '',
    told: '',
    sinceMs: 0,
    attempt: 0,
    waitMs: 0,
    failures: 0,
  }),
  initial: 'expected',
  states: {
    expected: { on: again },
    fetching: {
      entry: 'begin',
      after: { fetchTimeout: unread },
      invoke: {
        id: 'fetch-lead',
        src: 'fetch-lead',
        input: ({ context: { address, page, form } }) => ({
          id: idOf(address),
          page,
          ...(form === '' ? {} : { form }),
        }),
        onDone: [{ guard: 'found', target: 'captured', actions: 'capture' }, ...unread],
        onError: unread,
      },
    },
    waiting: { after: { pause: 'fetching' }, on: again },
    captured: {},
    missing: { on: again },
    refused: { on: again },
  },
})

/** The advertisement's lead as the host runs it. Settings come from `settings['lead-ad']`. */
export const leadAd: Hosted = {
  kind: 'lead-ad',
  version: 1,
  title: 'Advertisement’s lead',
  description: 'A form that somebody sent from an advertisement: told of, read, and handed to its lead once.',
  machine: leadAdMachine,
  input: (address, settings) => ({ address, settings: settled(leadAdDefaults, settings['lead-ad']) }),
}

/** The address of the lead that an advertisement's lead becomes. */
export function leadOfAd(address: string): string {
  return neighbour(address, 'lead', `ad-${idOf(address)}`)
}

function isLong({ sinceMs, settings }: Context, event: { readonly type: string }): boolean {
  return atMsOf(event) - sinceMs >= settings.tryForMs
}

/** What the reading came back with; anything that is none of the outcomes says nothing. */
function outputIn(event: { readonly type: string }): FetchedLead | undefined {
  if (!('output' in event)) return undefined
  const { output } = event
  return typeof output === 'object' && output !== null && 'outcome' in output ? (output as FetchedLead) : undefined
}

function unreadIn(event: { readonly type: string }): Unread {
  const output = outputIn(event)
  return output === undefined || output.outcome === 'found'
    ? { outcome: 'later', reason: 'reading it was broken off' }
    : output
}
