/** Who the emulator plays Meta for: one WhatsApp number of one business account. */
export interface Business {
  readonly wabaId: string
  readonly phoneNumberId: string
  /** Digits, as webhooks name it. */
  readonly displayPhoneNumber: string
  readonly portfolioId: string
}

/** The id of the app that the tokens are of. */
export const appId = '1020304050607080'

/** The Page whose advertisement has a form, that form, and the Instagram account that belongs to the Page. */
export interface LeadAds {
  readonly pageId: string
  readonly instagramId: string
  readonly formId: string
  readonly adId: string
}

export const leadAdsDefaults: LeadAds = {
  pageId: '516540199134611',
  instagramId: '178414012345678',
  formId: '551111744595541',
  adId: '120226305854810726',
}

/** How long things take; a person watches the defaults, a test sets what it needs to 0. */
export interface Delays {
  /** From accepting a message to its status `sent`, or `failed`. */
  readonly sentMs: number
  /** From `sent` to `delivered`. */
  readonly deliveredMs: number
  /** From the creation of a template to its approval. */
  readonly reviewMs: number
  /** How much later webhooks go out while `late` is pressed. */
  readonly lateMs: number
  /** How long webhooks are gathered while `out-of-order` is pressed, before the newest goes first. */
  readonly gatherMs: number
  /** How long Meta stays away when `down` is pressed and nobody releases it. */
  readonly downMs: number
  /** The first pause before a webhook is tried again; each next is twice as long, up to an hour. */
  readonly retryMs: number
}

export const delayDefaults: Delays = {
  sentMs: 400,
  deliveredMs: 600,
  reviewMs: 5_000,
  lateMs: 20_000,
  gatherMs: 4_000,
  downMs: 60 * 60 * 1000,
  retryMs: 1_000,
}

/** What Meta allows. Source: whatsapp-and-lead-ads 6.6, 6.11 and 6.12. */
export interface Limits {
  /** Messages a second for the number, in and out together. */
  readonly perSecond: number
  readonly pairBurst: number
  readonly pairEveryMs: number
  readonly windowMs: number
  readonly entryPointMs: number
  readonly mediaUrlMs: number
  readonly inboundMediaMs: number
  readonly uploadedMediaMs: number
}

const dayMs = 24 * 60 * 60 * 1000

export const limitDefaults: Limits = {
  perSecond: 80,
  pairBurst: 45,
  pairEveryMs: 6_000,
  windowMs: dayMs,
  entryPointMs: 3 * dayMs,
  mediaUrlMs: 5 * 60 * 1000,
  inboundMediaMs: 7 * dayMs,
  uploadedMediaMs: 30 * dayMs,
}
