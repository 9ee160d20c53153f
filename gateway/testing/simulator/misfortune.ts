import { noFaults, someFaults, type Faults } from '#runtime/testing/simulator/faults.ts'

/** How often what is between us and Meta goes wrong: chances between 0 and 1 at each call, webhook or moment. */
export interface Misfortune {
  /** What strikes the house itself. */
  readonly house: Faults
  /** A call does not reach Meta, and it is plain that it did not. */
  readonly unreached: number
  /** Meta took the message, and its answer never came. */
  readonly answerLost: number
  /** Meta broke with a 500 of nobody's, before or after it took the message. */
  readonly broke: number
  /** Meta answers after we stopped waiting. */
  readonly hangs: number
  /** Meta asks us to slow down. */
  readonly tooFast: number
  /** A webhook comes twice. */
  readonly webhookTwice: number
  /** A webhook comes some minutes late, and after what happened later. */
  readonly webhookLate: number
  /** A webhook comes up to seven days late. */
  readonly webhookOld: number
  /** Somebody answers on the paired phone, at each step of a message on its way out. */
  readonly echo: number
  /** With several nodes: whoever has just said that a call begins falls asleep or is cut off, and others take over what it owns. */
  readonly formerOwner: number
}

/** A day on which everything goes wrong. */
export const stormy: Misfortune = {
  house: {
    ...someFaults,
    crash: 0.0012,
    pause: 0.0008,
    effectHang: 0.01,
    leave: 0,
    cut: 0,
    outage: 0,
    rebuild: 0,
    blackout: 0.005,
  },
  unreached: 0.08,
  answerLost: 0.1,
  broke: 0.06,
  hangs: 0.04,
  tooFast: 0.05,
  webhookTwice: 0.25,
  webhookLate: 0.15,
  webhookOld: 0.04,
  echo: 0.012,
  formerOwner: 0,
}

/** The same where several nodes share the work: who owns what is disputed as well. */
export const stormyAmongNodes: Misfortune = {
  ...stormy,
  house: { ...stormy.house, leave: 0.04, cut: 0.04, outage: 0.01 },
  formerOwner: 0.25,
}

/** The days after: webhooks of the storm still come, and a process may still die over them. */
export const breezy: Misfortune = {
  ...stormy,
  // What strikes once a second would make days of seconds.
  house: { ...stormy.house, blackout: 0, effectFailure: 0, effectHang: 0 },
  webhookOld: 0,
  echo: 0,
  formerOwner: 0,
}

export const calm: Misfortune = {
  house: noFaults,
  unreached: 0,
  answerLost: 0,
  broke: 0,
  hangs: 0,
  tooFast: 0,
  webhookTwice: 0,
  webhookLate: 0,
  webhookOld: 0,
  echo: 0,
  formerOwner: 0,
}
