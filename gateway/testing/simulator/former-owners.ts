import type { WhatsAppCompany } from './company.ts'

const sleepsWithinMs = 8_000
const cutWithinMs = 5_000

/**
 * Whoever has just said that a call begins, and is about to make it, falls asleep or is cut off: others take over what it owns and find the attempt said,
 * and it wakes as one that owned it once.
 */
export function strikeFormerOwners(company: WhatsAppCompany): void {
  const { world, ledger, clock, struck } = company
  const within = (ms: number): number => Math.ceil(world.ids.random() * ms)
  ledger.onStep(({ envelope, address }, by) => {
    const chance = company.misfortune().formerOwner
    if (chance === 0 || envelope.event.type !== 'attempt.began' || world.ids.random() >= chance) return
    const process = world.serving().find(({ name }) => name === by)
    if (process === undefined) return
    struck.push(address)
    if (world.ids.random() < 0.3) return process.cutOff(within(cutWithinMs))
    process.mortal.pause()
    clock.schedule(clock.nowMs() + within(sleepsWithinMs), () => process.mortal.resume())
  })
}
