import type { Business, LeadAds } from './business.ts'
import type { Lead } from './leads.ts'
import type { Person } from './people.ts'
import type { Template } from './templates.ts'
import type { WebhookBody } from './webhook-sender.ts'

/** The bodies of webhooks, as values. Source of every form: whatsapp-and-lead-ads 6.4 to 6.10 and 7. */
export interface Inbound {
  readonly id: string
  readonly atMs: number
  readonly type: string
  /** The node under the type, and others beside it (`referral`, `errors`). */
  readonly content: { readonly [node: string]: unknown }
  readonly context?: object
}

/** A message of a customer. System messages carry no `contacts`. */
export function messageBody(business: Business, person: Person, message: Inbound): WebhookBody {
  const { id, atMs, type, content, context } = message
  return numberBody(business, 'messages', {
    ...(type === 'system' ? {} : { contacts: [contactOf(person)] }),
    messages: [
      {
        ...(person.shows === 'user-id' ? {} : { from: person.phone }),
        ...(person.shows === 'phone' ? {} : { from_user_id: person.userId }),
        id,
        timestamp: seconds(atMs),
        type,
        ...(context === undefined ? {} : { context }),
        ...content,
      },
    ],
  })
}

/** What is told of a message of ours. */
export interface StatusNews {
  readonly id: string
  readonly status: string
  readonly atMs: number
  readonly opaque?: string
  readonly pricing?: object
  readonly errors?: readonly object[]
}

export function statusBody(business: Business, person: Person, news: StatusNews): WebhookBody {
  const { id, status, atMs, opaque, pricing, errors } = news
  const byUserId = person.shows !== 'phone' && status !== 'failed'
  return numberBody(business, 'messages', {
    ...(byUserId ? { contacts: [contactOf(person)] } : {}),
    statuses: [
      {
        id,
        status,
        timestamp: seconds(atMs),
        ...(person.shows === 'user-id' ? {} : { recipient_id: person.phone }),
        ...(byUserId || person.shows === 'user-id' ? { recipient_user_id: person.userId } : {}),
        ...(opaque === undefined ? {} : { biz_opaque_callback_data: opaque }),
        ...(pricing === undefined ? {} : { pricing }),
        ...(errors === undefined ? {} : { errors }),
      },
    ],
  })
}

/** Somebody of the business wrote on a phone with the same number. */
export function echoBody(business: Business, person: Person, echo: Omit<Inbound, 'context'>): WebhookBody {
  return numberBody(business, 'smb_message_echoes', {
    ...(person.shows === 'phone' ? {} : { contacts: [contactOf(person)] }),
    message_echoes: [
      {
        from: business.displayPhoneNumber,
        to: person.shows === 'user-id' ? '' : person.phone,
        ...(person.shows === 'phone' ? {} : { to_user_id: person.userId }),
        id: echo.id,
        timestamp: seconds(echo.atMs),
        type: echo.type,
        ...echo.content,
      },
    ],
  })
}

/** The customer stopped marketing messages in the app, or wants them again. Here alone the time is a number. */
export function preferenceBody(
  business: Business,
  person: Person,
  { value, atMs }: { readonly value: 'stop' | 'resume'; readonly atMs: number },
): WebhookBody {
  const ids = {
    ...(person.shows === 'user-id' ? {} : { wa_id: person.phone }),
    ...(person.shows === 'phone' ? {} : { user_id: person.userId }),
  }
  return numberBody(business, 'user_preferences', {
    contacts: [contactOf(person)],
    user_preferences: [
      {
        ...ids,
        detail: `User requested to ${value} marketing messages`,
        category: 'marketing_messages',
        value,
        timestamp: Math.floor(atMs / 1000),
      },
    ],
  })
}

/** A template changed. Its id leaves as a JSON number, which `bytesOf` sees to. */
export function templateBody(business: Business, template: Template, atMs: number): WebhookBody {
  const value = {
    event: template.status,
    message_template_id: template.id,
    message_template_name: template.name,
    message_template_language: template.language,
    reason: template.status === 'REJECTED' ? 'INCORRECT_CATEGORY' : 'NONE',
    message_template_category: template.category,
    ...(template.status === 'PAUSED'
      ? { other_info: { title: 'FIRST_PAUSE', description: 'Your template was paused because of its low quality.' } }
      : {}),
  }
  return accountBody(business, 'message_template_status_update', { value, atMs })
}

/** Any field of the account: quality, limits, notices. */
export function accountBody(
  business: Business,
  field: string,
  { value, atMs }: { readonly value: object; readonly atMs: number },
): WebhookBody {
  const entry = { id: business.wabaId, time: Math.floor(atMs / 1000), changes: [{ field, value }] }
  return { object: 'whatsapp_business_account', entry: [entry] }
}

/** The ping of a lead: ids only. */
export function leadBody({ pageId, formId, adId }: LeadAds, lead: Lead, atMs: number): WebhookBody {
  const value = {
    leadgen_id: lead.id,
    page_id: pageId,
    form_id: formId,
    ad_id: adId,
    adgroup_id: adId,
    created_time: Math.floor(lead.createdAtMs / 1000),
  }
  const entry = { id: pageId, time: Math.floor(atMs / 1000), changes: [{ field: 'leadgen', value }] }
  return { object: 'page', entry: [entry] }
}

/** Anything that belongs to the number: product and metadata first, then `parts`. */
export function numberBody(business: Business, field: string, parts: object): WebhookBody {
  const { wabaId, displayPhoneNumber, phoneNumberId } = business
  const metadata = { display_phone_number: displayPhoneNumber, phone_number_id: phoneNumberId }
  const change = { field, value: { messaging_product: 'whatsapp', metadata, ...parts } }
  return { object: 'whatsapp_business_account', entry: [{ id: wabaId, changes: [change] }] }
}

function contactOf(person: Person): object {
  return {
    profile: { name: person.name, ...(person.username === undefined ? {} : { username: person.username }) },
    ...(person.shows === 'user-id' ? {} : { wa_id: person.phone }),
    ...(person.shows === 'phone' ? {} : { user_id: person.userId }),
  }
}

function seconds(atMs: number): string {
  return String(Math.floor(atMs / 1000))
}
