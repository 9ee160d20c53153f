import type { World } from './world.ts'

/** `GET /<PHONE_NUMBER_ID>`: every field the emulator knows; the caller's `fields` choose among them. */
export function numberAnswer({ business, subscriptions }: World): { readonly [field: string]: unknown } {
  const { app, account, number } = subscriptions.state()
  return {
    id: business.phoneNumberId,
    verified_name: 'Riverside Homes',
    display_phone_number: business.displayPhoneNumber,
    code_verification_status: 'VERIFIED',
    name_status: 'APPROVED',
    quality_rating: 'GREEN',
    platform_type: 'CLOUD_API',
    status: 'CONNECTED',
    messaging_limit_tier: 'TIER_250',
    throughput: { level: 'STANDARD' },
    webhook_configuration: {
      ...(app === undefined ? {} : { application: app }),
      ...(account === undefined ? {} : { whatsapp_business_account: account }),
      ...(number === undefined ? {} : { phone_number: number }),
    },
  }
}
