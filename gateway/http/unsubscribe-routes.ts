import { z } from 'zod'
import { addressOf, partsOf } from '#runtime/address.ts'
import type { LeadEvent } from '#machines/lead-contract.ts'
import type { House } from '../house.ts'
import { eventOf } from '../submit.ts'
import type { App } from './app.ts'

/** A mark is longer than a named part of an address may be. */
const where = z.object({ '*': z.string().max(700) })
/** A form with one field, whatever its encoding: what it says does not matter. */
const bodyMax = 4 * 1024

/**
 * The link that marketing mail carries. Looking at it changes nothing, for mail programs and scanners do; pressing its button, or a mail program's own
 * (RFC 8058), withdraws the consent to marketing mail, with the click as proof.
 */
export async function unsubscribeRoutes(app: App, house: House): Promise<void> {
  const marks = house.channelDesks?.email.marks
  if (marks === undefined) return
  await app.register(async (routes: App) => {
    routes.removeAllContentTypeParsers()
    routes.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyMax }, (_request, body, done) =>
      done(null, body),
    )
    // Mail providers press for all their people from few addresses. A forged link costs a hash.
    const open = { schema: { hide: true, params: where }, config: { rateLimit: false } } as const
    routes.route({
      method: 'GET',
      url: '/unsubscribe/*',
      ...open,
      handler({ params }, reply) {
        const known = marks.conversationIn(params['*']) !== undefined
        return reply
          .status(known ? 200 : 404)
          .type('text/html; charset=utf-8')
          .send(known ? askPage : unknownPage)
      },
    })
    routes.route({
      method: 'POST',
      url: '/unsubscribe/*',
      ...open,
      async handler({ params, body }, reply) {
        const conversation = marks.conversationIn(params['*'])
        if (conversation === undefined) return reply.status(404).type('text/html; charset=utf-8').send(unknownPage)
        const oneClick = typeof body === 'string' && body.includes('One-Click')
        const { workspace, id } = partsOf(conversation)
        const atMs = house.clock.nowMs()
        const proof = `${oneClick ? 'one click in the mail program' : 'the button of the page'}, ${new Date(atMs).toISOString()}`
        const event: LeadEvent = {
          type: 'consent.said',
          scope: 'email:marketing',
          consent: { state: 'withdrawn', atMs, source: 'unsubscribe-link', proof, channel: 'email' },
        }
        // Each click is a word of its own: the same link may be pressed again after a later yes.
        const to = addressOf(workspace, 'lead', id)
        await house.runtime.send({ to, event: eventOf(event), id: house.ids.next('unsubscribe') })
        return reply.type('text/html; charset=utf-8').send(donePage)
      },
    })
  })
}

const askPage = page(
  'Unsubscribe',
  '<p>You will get no more marketing mail from us. Answers to your own questions still come.</p>' +
    '<form method="post"><button type="submit">Unsubscribe</button></form>',
)
const donePage = page('Done', '<p>You will get no more marketing mail from us.</p>')
const unknownPage = page(
  'This link is not right',
  '<p>Open the link in the mail again, or answer the mail with STOP.</p>',
)

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>:root{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif}main{max-width:32rem;margin:12vh auto;padding:0 1.25rem}button{font:inherit;padding:.5rem 1.25rem}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`
}
