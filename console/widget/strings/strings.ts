/** Every word the widget says itself, in one language. What the assistant says comes from the server. */
export interface Strings {
  readonly launcher: string
  readonly launcherUnread: (count: number) => string
  readonly dialog: (brand: string) => string
  readonly close: string
  readonly assistant: string
  readonly assistantNote: (brand: string) => string
  readonly greeting: (brand: string) => string
  readonly firstQuestions: string
  readonly person: string
  readonly personAsking: string
  readonly personFailed: string
  readonly log: string
  readonly you: string
  readonly write: string
  readonly writeLabel: string
  readonly send: string
  readonly counter: (length: number, limit: number) => string
  readonly tooLong: (length: number, limit: number) => string
  readonly typing: (name: string) => string
  readonly sending: string
  readonly sent: string
  readonly read: string
  readonly waitingForNetwork: string
  readonly failed: string
  readonly retry: string
  readonly discard: string
  /** A file that has no name. */
  readonly file: string
  readonly connecting: string
  readonly offline: string
  readonly reconnecting: string
  readonly catchingUp: string
  readonly refused: string
  readonly tryAgain: string
  readonly today: string
  readonly yesterday: string
  readonly newMessages: string
  readonly showEarlier: string
  readonly notices: {
    readonly handedOff: string
    readonly takenOver: (name: string | undefined) => string
    readonly handedBack: string
    readonly closed: string
    readonly reopened: string
    readonly optedOut: string
    readonly optedIn: string
  }
  readonly queue: {
    readonly waiting: string
    readonly position: (position: number) => string
    readonly next: string
    readonly nobody: string
    readonly opens: (when: string) => string
  }
  readonly ourTeam: string
  readonly withMember: (name: string) => string
  readonly closedHint: string
  readonly card: {
    readonly listing: string
    readonly seeIt: string
    /** The visitor's own words; `home` is one of `ordinals`, `thisHome` or a title. */
    readonly seeItMessage: (home: string) => string
    readonly ask: string
    readonly askMessage: (home: string) => string
    readonly ordinals: readonly string[]
    readonly thisHome: string
    /** A rent: `price` is the amount as written. */
    readonly aMonth: (price: string) => string
    readonly area: (area: string) => string
    readonly lakh: string
    readonly crore: string
    readonly calculation: string
    readonly assumptions: string
    readonly visit: string
    readonly addToCalendar: string
    readonly slots: string
    readonly day: string
    readonly time: string
    readonly chooseTime: string
    readonly confirmTime: (when: string) => string
    readonly inZone: (zone: string) => string
    readonly choices: string
  }
}
