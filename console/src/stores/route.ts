/** Where in the console one is, as the part of the address after `#`. Pure; every screen can be linked to and gone back to. */
import type { FunnelQuery, HandOffReason, InboxView, LeadQuery, Stage, Temperature } from '#gateway/protocol.ts'

export type Route =
  | {
      readonly screen: 'inbox'
      readonly view: InboxView
      readonly conversation?: string
      readonly filter: InboxRouteFilter
    }
  | { readonly screen: 'funnel'; readonly filter: FunnelRouteFilter }
  | { readonly screen: 'leads'; readonly lead?: string; readonly filter: LeadRouteFilter }
  | { readonly screen: 'import' }
  | { readonly screen: 'forecast'; readonly id?: string }
  | { readonly screen: 'actors'; readonly kind?: string }
  | { readonly screen: 'actor'; readonly address: string; readonly revision?: number }
  | { readonly screen: 'dead-letters'; readonly of?: 'lead-events' }
  | { readonly screen: 'members' }
  | { readonly screen: 'channels' }
  | { readonly screen: 'settings' }

export interface InboxRouteFilter {
  readonly search?: string
  readonly temperature?: Temperature
  readonly channel?: string
  readonly memberId?: string
  readonly handOffReason?: HandOffReason
  readonly unreadOnly?: boolean
}
export type LeadRouteFilter = Pick<LeadQuery, 'stage' | 'temperature' | 'source' | 'status' | 'search'> & {
  readonly sinceMs?: number
}
export type FunnelRouteFilter = Pick<FunnelQuery, 'channel' | 'source' | 'memberId'> & {
  readonly period?: FunnelPeriod
}
export type FunnelPeriod = 'today' | 'week' | 'month' | 'all'

export const inboxViews = ['mine', 'waiting', 'assistant', 'all', 'closed'] as const
export const stages = ['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost'] as const
export const temperatures = ['hot', 'warm', 'cold'] as const
export const periods = ['today', 'week', 'month', 'all'] as const

/** Reads the address; anything unknown is the inbox. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?')
  const [screen = '', ...rest] = path.split('/').map(decode)
  const query = new URLSearchParams(search)
  switch (screen) {
    case 'funnel':
      return { screen, filter: funnelFilter(query) }
    case 'leads':
      return { screen, filter: leadFilter(query), ...given('lead', rest[0]) }
    case 'actors':
      return { screen, ...given('kind', rest[0]) }
    case 'actor': {
      const revision = Number(query.get('at') ?? '')
      return { screen, address: rest[0] ?? '', ...(revision > 0 ? { revision } : {}) }
    }
    case 'dead-letters':
      return { screen, ...given('of', oneOf(['lead-events'] as const, rest[0])) }
    case 'forecast':
      return { screen, ...given('id', rest[0]) }
    case 'import':
    case 'members':
    case 'channels':
    case 'settings':
      return { screen }
    default:
      return {
        screen: 'inbox',
        view: oneOf(inboxViews, rest[0]) ?? 'all',
        filter: inboxFilter(query),
        ...given('conversation', rest[1]),
      }
  }
}

/** The address of a place; `parseRoute` of it is the place again. */
export function hashOf(route: Route): string {
  switch (route.screen) {
    case 'inbox':
      return write(['inbox', route.view, route.conversation], route.filter)
    case 'funnel':
      return write(['funnel'], route.filter)
    case 'leads':
      return write(['leads', route.lead], route.filter)
    case 'actors':
      return write(['actors', route.kind], {})
    case 'actor':
      return write(['actor', route.address], { at: route.revision })
    case 'dead-letters':
      return write(['dead-letters', route.of], {})
    case 'forecast':
      return write(['forecast', route.id], {})
    default:
      return write([route.screen], {})
  }
}

function write(parts: readonly (string | undefined)[], filter: object): string {
  const path = parts.filter((part) => part !== undefined && part !== '').map((part) => encodeURIComponent(part ?? ''))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== '' && value !== false) query.set(name, String(value))
  }
  const text = query.toString()
  return `#/${path.join('/')}${text === '' ? '' : `?${text}`}`
}

function inboxFilter(query: URLSearchParams): InboxRouteFilter {
  return {
    ...given('search', query.get('search')),
    ...given('temperature', oneOf(temperatures, query.get('temperature'))),
    ...given('channel', query.get('channel')),
    ...given('memberId', query.get('memberId')),
    ...given('handOffReason', oneOf(handOffReasons, query.get('handOffReason'))),
    ...(query.get('unreadOnly') === 'true' ? { unreadOnly: true } : {}),
  }
}

function leadFilter(query: URLSearchParams): LeadRouteFilter {
  const sinceMs = Number(query.get('sinceMs') ?? '')
  return {
    ...given<'stage', Stage>('stage', oneOf(stages, query.get('stage'))),
    ...given('temperature', oneOf(temperatures, query.get('temperature'))),
    ...given('source', query.get('source')),
    ...given('status', oneOf(['invalid', 'active', 'merged'] as const, query.get('status'))),
    ...given('search', query.get('search')),
    ...(sinceMs > 0 ? { sinceMs } : {}),
  }
}

function funnelFilter(query: URLSearchParams): FunnelRouteFilter {
  return {
    ...given('period', oneOf(periods, query.get('period'))),
    ...given('channel', query.get('channel')),
    ...given('source', query.get('source')),
    ...given('memberId', query.get('memberId')),
  }
}

export const handOffReasons = [
  'low-confidence',
  'complex',
  'complaint',
  'legal',
  'negotiation',
  'asked-for-person',
  'ungrounded',
  'several-intents',
  'assistant-failed',
  'member-assigned',
] as const satisfies readonly HandOffReason[]

function given<K extends string, V extends string>(name: K, value: V | null | undefined): { [each in K]?: V } {
  return value === null || value === undefined || value === '' ? {} : ({ [name]: value } as { [each in K]: V })
}

function oneOf<T extends string>(options: readonly T[], value: string | null | undefined): T | undefined {
  return options.find((option) => option === value)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
