/** What a workspace may set about its assistants. Every limit of a turn is here. */
export interface AgentSettings {
  /** Below this the assistant hands over. */
  readonly confidenceMin: number
  /** Times a specialist may ask for tools in one turn, and calls of tools in all. */
  readonly roundsMax: number
  readonly callsMax: number
  /** Millionths of a dollar one turn may cost; beyond it the turn is handed over. */
  readonly costMaxMicros: number
  /** How long to wait for the outcome of a booking. */
  readonly bookingTimeoutMs: number
  readonly timeZone: string
  readonly currency: string
  /** The team whose calendar visits go into. */
  readonly calendar: string
  readonly visitMs: number
  readonly slotsPerAnswer: number
  readonly listingsPerAnswer: number
  /** What a loan is reckoned with where the customer says nothing. */
  readonly loan: LoanDefaults
}

/** Shares and rates in percent. */
export interface LoanDefaults {
  readonly downPercent: number
  readonly ratePercent: number
  readonly months: number
}

export const agentDefaults: AgentSettings = {
  confidenceMin: 0.7,
  roundsMax: 6,
  callsMax: 12,
  costMaxMicros: 200_000,
  bookingTimeoutMs: 8000,
  timeZone: 'Asia/Kolkata',
  currency: 'INR',
  calendar: 'sales',
  visitMs: 3_600_000,
  slotsPerAnswer: 6,
  listingsPerAnswer: 5,
  loan: { downPercent: 20, ratePercent: 8.5, months: 240 },
}
