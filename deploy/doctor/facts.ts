/** The journal's facts, as far as read models are compared with them. */
export interface Facts {
  /** Where they end; 0 for none. */
  end(): Promise<number>
  /** The first after a position. */
  after(position: number): Promise<{ readonly atMs: number } | undefined>
}
