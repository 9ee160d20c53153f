/**
 * Contact keys by which two leads are found to be one person, and the plausibility of what they are made of.
 * Pure text work: real validation of numbers by country is the importer's and the gateway's.
 */
import type { LeadProfile } from './lead-contract.ts'

const email = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/

/** A phone number as `+` and digits; absent when it can't be one. National numbers get the workspace's country code. */
export function phoneOf(text: string, countryCode: string): string | undefined {
  const digits = text.replace(/\D/g, '')
  const national = digits.replace(/^0+/, '')
  const international = text.trim().startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : undefined
  const full = international ?? (national.length <= 10 ? `${countryCode}${national}` : national)
  const subscriber = international ?? national
  return subscriber.length >= 7 && full.length >= 8 && full.length <= 15 ? `+${full}` : undefined
}

/** An e-mail address in lower case; absent when it can't be one. */
export function emailOf(text: string): string | undefined {
  const address = text.trim().toLowerCase()
  return address.length <= 254 && email.test(address) ? address : undefined
}

/** The keys of a profile whose values are normal already, strongest first. */
export function keysOf(profile: LeadProfile): readonly string[] {
  const { phone, email: address, visitorId } = profile
  return [
    ...(phone === undefined ? [] : [`phone:${phone}`]),
    ...(address === undefined ? [] : [`email:${address}`]),
    ...(visitorId === undefined || visitorId === '' ? [] : [`visitor:${visitorId}`]),
  ]
}

/**
 * The key as the id of an address: what an address cannot hold becomes `~` and its UTF-16 code in four hex digits,
 * `~` included, so two keys never meet. Beyond 128 characters the end is replaced by its FNV-1a hash.
 */
export function identityId(key: string): string {
  const id = key.replace(/[^A-Za-z0-9_:@+-]/g, (each) => `~${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return id.length <= 128 ? id : `${id.slice(0, 110)}~x${fnv1a(id, 0x811c9dc5)}${fnv1a(id, 0x01234567)}`
}

/** FNV-1a of a text as eight hex digits. Of two seeds the results are as good as independent. */
export function fnv1a(text: string, seed: number): string {
  let value = seed
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}
