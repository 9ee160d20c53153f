/**
 * How often each kind of bad luck strikes while faults last: chances between 0 and 1, at each opportunity (a call, an event) or, where it
 * says so, once a second of simulated time.
 */
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
  /** Other nodes are not told what became of an event. */
  readonly untold: number
  /** A client sends the same message again, from another tab or after a lost answer. */
  readonly duplicate: number
  /** A model or channel call fails. */
  readonly effectFailure: number
  /** A model or channel call takes far longer than it should. */
  readonly effectHang: number
  /** A journal call over the network takes most of a second. */
  readonly slow: number
  /** A follower of the journal's leader falls behind for up to a second. */
  readonly lag: number
  /** A renewal of a node's lease is lost, so that the others may take it for dead. */
  readonly flap: number
  /** A node hears of a change of members seconds after the others. */
  readonly hearsLate: number
  /** A second: a node is told to stop, and one takes its place. */
  readonly leave: number
  /** A second: a node can reach neither journal nor membership for a while. */
  readonly cut: number
  /** A second: nobody can reach them for a while. */
  readonly outage: number
  /** A second: read models are built anew. */
  readonly rebuild: number
  /** A second: all nodes die at once. */
  readonly blackout: number
}

export const someFaults: Faults = {
  crash: 0.0012,
  pause: 0.0008,
  lostAcknowledgement: 0.01,
  refusedWrite: 0.01,
  late: 0.05,
  untold: 0.5,
  duplicate: 0.15,
  effectFailure: 0.1,
  effectHang: 0.03,
  slow: 0.02,
  lag: 0.1,
  flap: 0.15,
  hearsLate: 0.2,
  leave: 0.06,
  cut: 0.05,
  outage: 0.02,
  rebuild: 0.04,
  blackout: 0.01,
}

export const noFaults: Faults = {
  crash: 0,
  pause: 0,
  lostAcknowledgement: 0,
  refusedWrite: 0,
  late: 0,
  untold: 0,
  duplicate: 0,
  effectFailure: 0,
  effectHang: 0,
  slow: 0,
  lag: 0,
  flap: 0,
  hearsLate: 0,
  leave: 0,
  cut: 0,
  outage: 0,
  rebuild: 0,
  blackout: 0,
}
