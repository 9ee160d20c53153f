import type { Card } from '#gateway/protocol.ts'

/** The card of each kind, by name. */
export type ListingCard = Extract<Card, { kind: 'listing' }>
export type VisitCard = Extract<Card, { kind: 'visit' }>
export type SlotsCard = Extract<Card, { kind: 'slots' }>
export type CalculationCard = Extract<Card, { kind: 'calculation' }>
