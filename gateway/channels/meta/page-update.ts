/** Where somebody wrote to a Page. */
export type PageSource = 'facebook-comment' | 'instagram-comment' | 'facebook-message' | 'instagram-message'

/** One thing that a delivery about a Page tells. Times are the payload's own. Source: whatsapp-and-lead-ads 7, and Meta's webhooks of `page` and `instagram`. */
export type PageUpdate =
  /** Somebody sent a form: what they wrote has to be read. */
  | { readonly kind: 'lead'; readonly page: string; readonly id: string; readonly form?: string; readonly told: string }
  | {
      readonly kind: 'written'
      readonly source: PageSource
      /** The Page's id, or the Instagram account's. */
      readonly page: string
      /** Of the comment or the message. */
      readonly id: string
      readonly person: { readonly id?: string; readonly name?: string }
      readonly text: string
      /** What was commented on. */
      readonly post?: string
      readonly told: string
    }
  /** A part that is not understood: `told` is a delivery of it alone, with why. */
  | { readonly kind: 'unread'; readonly page: string; readonly reason: string; readonly told: string }
