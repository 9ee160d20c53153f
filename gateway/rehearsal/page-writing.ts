import type { WebhookBody } from './webhook-sender.ts'
import type { World } from './world.ts'

/** What somebody writes to the Page, or to the Instagram account that belongs to it. */
export interface PageWriting {
  readonly network: 'facebook' | 'instagram'
  readonly what: 'comment' | 'message'
  readonly text: string
  /** As the network shows them: the same name is the same person. */
  readonly name: string
}

/** Somebody writes: a webhook goes out. Answers the id of the comment or of the message. */
export function writeToPage(world: World, writing: PageWriting): string {
  const { minting, sender, leadAds, clock } = world
  const { network, what, name, text } = writing
  const written = { ...writing, person: personId(writing), id: idOf(world, writing), post: minting.digits(15) }
  const body = bodies[network][what](leadAds, written, clock.nowMs())
  const field = what === 'message' ? 'messages' : network === 'facebook' ? 'feed' : 'comments'
  sender.tell({ field, about: `${network} ${what} of ${name}: ${text.slice(0, 60)}`, body })
  return written.id
}

interface Written extends PageWriting {
  readonly person: string
  readonly id: string
  /** What was commented on. */
  readonly post: string
}

type Accounts = World['leadAds']
type Body = (accounts: Accounts, written: Written, atMs: number) => WebhookBody

/**
 * The reference has no example of these. Source: Meta's webhooks reference of `page` (`feed`, `messages`) and `instagram` (`comments`, `messages`); a message
 * names its writer by an id alone, and Instagram's times of messages are milliseconds.
 */
const bodies: { readonly [network in PageWriting['network']]: { readonly [what in PageWriting['what']]: Body } } = {
  facebook: {
    comment: ({ pageId }, { person, name, id, post, text }, atMs) => {
      const value = {
        from: { id: person, name },
        item: 'comment',
        verb: 'add',
        post_id: `${pageId}_${post}`,
        comment_id: id,
        parent_id: `${pageId}_${post}`,
        created_time: seconds(atMs),
        message: text,
      }
      return { object: 'page', entry: [{ id: pageId, time: seconds(atMs), changes: [{ field: 'feed', value }] }] }
    },
    message: ({ pageId }, written, atMs) => ({ object: 'page', entry: [messageTo(pageId, written, atMs)] }),
  },
  instagram: {
    comment: ({ instagramId }, { person, name, id, post, text }, atMs) => {
      const username = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')
      const media = { id: post, media_product_type: 'FEED' }
      const value = { id, from: { id: person, username }, media, text }
      const entry = { id: instagramId, time: seconds(atMs), changes: [{ field: 'comments', value }] }
      return { object: 'instagram', entry: [entry] }
    },
    message: ({ instagramId }, written, atMs) => ({
      object: 'instagram',
      entry: [messageTo(instagramId, written, atMs)],
    }),
  },
}

function messageTo(account: string, { person, id, text }: Written, atMs: number): object {
  const item = { sender: { id: person }, recipient: { id: account }, timestamp: atMs, message: { mid: id, text } }
  return { id: account, time: atMs, messaging: [item] }
}

/** A person's id is the network's own, and made of the name, so that who writes again is the same. */
function personId({ network, name }: PageWriting): string {
  let hash = network === 'facebook' ? 7n : 11n
  for (const letter of name.trim().toLowerCase()) hash = (hash * 131n + BigInt(letter.codePointAt(0) ?? 0)) % 10n ** 15n
  return `2${hash.toString().padStart(15, '0')}`
}

function idOf({ minting }: World, { network, what }: PageWriting): string {
  if (what === 'message') return `m_${minting.wamid().slice('wamid.'.length)}`
  return network === 'facebook' ? `${minting.digits(15)}_${minting.digits(15)}` : minting.digits(17)
}

function seconds(atMs: number): number {
  return Math.floor(atMs / 1000)
}
