/**
 * Meta's limits of an outgoing message, in UTF-16 units (never fewer than the characters Meta counts).
 * Source: whatsapp-and-lead-ads 6.7 (opaque) and 6.11; for forms, Meta's page on interactive flow messages.
 */
export const messageLimits = {
  text: 4096,
  /** The words of a bubble with buttons, a list or a link. */
  body: 1024,
  caption: 1024,
  opaque: 512,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  /** Rows of all sections together. */
  rows: 10,
  rowTitle: 24,
  rowDescription: 72,
  rowId: 200,
  sectionTitle: 24,
  /** The button that opens a list, a link or a form. */
  opener: 20,
  flowId: 64,
  flowToken: 200,
  flowScreen: 80,
} as const
