import type { FastifyInstance, FastifyRequest } from 'fastify'
import { UnknownObject } from './graph-error.ts'
import { idOf, textIn, valuesOf } from './graph-request.ts'
import { leadAnswer } from './lead-routes.ts'
import { mediaAnswer } from './media-routes.ts'
import { numberAnswer } from './number-answer.ts'
import type { World } from './world.ts'

/** `GET /<ID>`, whatever it is the id of, and `DELETE` of a lead. */
export function objectRoutes(app: FastifyInstance, world: World): void {
  app.get('/:id', (request, reply) => reply.send(answerFor(world, request)))

  app.delete('/:id', (request, reply) => {
    if (!world.leads.remove(idOf(request))) throw new UnknownObject(idOf(request))
    return reply.send({ success: true })
  })
}

function answerFor(world: World, request: FastifyRequest): object {
  const id = idOf(request)
  const { business, leadAds } = world
  const file = world.media.find(id)
  if (file !== undefined) return mediaAnswer(world, request, file)
  const lead = world.leads.find(id)
  if (lead !== undefined) return chosen(request, leadAnswer(world, lead))
  if (id === business.phoneNumberId) return chosen(request, numberAnswer(world))
  if (id === business.wabaId) {
    const owner = { id: business.portfolioId, name: 'Riverside Homes' }
    return chosen(request, { id, name: 'Riverside Homes', currency: 'INR', owner_business_info: owner })
  }
  if (id === leadAds.pageId) {
    const instagram = { instagram_business_account: { id: leadAds.instagramId } }
    return chosen(request, { id, name: 'Riverside Homes', ...instagram })
  }
  throw new UnknownObject(id)
}

/** The fields the caller asks for, `id` always; all when it asks for none. */
function chosen(request: FastifyRequest, all: { readonly [field: string]: unknown }): object {
  const fields = textIn(valuesOf(request), 'fields')?.split(',')
  if (fields === undefined) return all
  return Object.fromEntries(Object.entries(all).filter(([name]) => name === 'id' || fields.includes(name)))
}
