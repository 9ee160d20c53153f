/** How often each kind of bad luck strikes while faults last: chances between 0 and 1 at each opportunity. */
export interface Faults {
  /** The process dies right before or right after a journal call. */
  readonly crash: number
  /** The process is paused for a while and wakes as a zombie beside its successor. */
  readonly pause: number
  /** The journal did it, but the answer never came. */
  readonly lostAcknowledgement: number
  /** The journal refused before it did anything. */
  readonly refusedWrite: number
  /** A read or a call-back comes late, or a call-back twice. */
  readonly late: number
  /** A client sends the same message again, from another tab or after a lost answer. */
  readonly duplicate: number
  /** A model or channel call fails. */
  readonly effectFailure: number
  /** A model or channel call takes far longer than it should. */
  readonly effectHang: number
}

export const someFaults: Faults = {
  crash: 0.0012,
  pause: 0.0008,
  lostAcknowledgement: 0.01,
  refusedWrite: 0.01,
  late: 0.05,
  duplicate: 0.15,
  effectFailure: 0.1,
  effectHang: 0.03,
}

export const noFaults: Faults = {
  crash: 0,
  pause: 0,
  lostAcknowledgement: 0,
  refusedWrite: 0,
  late: 0,
  duplicate: 0,
  effectFailure: 0,
  effectHang: 0,
}
