import type { FastifyInstance } from 'fastify'
import { UnknownObject } from './graph-error.ts'
import { idOf, pageOf, textIn, valuesOf } from './graph-request.ts'
import { refusalOfShape } from './refusal-of-shape.ts'
import { newTemplateShape } from './template-shape.ts'
import type { Template } from './templates.ts'
import type { World } from './world.ts'

/** `/<WABA>/message_templates`: the list in pages, and a new one, which is approved after a while. */
export function templateRoutes(app: FastifyInstance, world: World): void {
  app.get('/:id/message_templates', (request, reply) => {
    if (idOf(request) !== world.business.wabaId) throw new UnknownObject(idOf(request))
    const values = valuesOf(request)
    const found = world.templates
      .all()
      .filter(({ name }) => name === (textIn(values, 'name') ?? name))
      .filter(({ status }) => status === (textIn(values, 'status') ?? status))
    return reply.send(pageOf(request, found.map(listed)))
  })

  app.post('/:id/message_templates', (request, reply) => {
    if (idOf(request) !== world.business.wabaId) throw new UnknownObject(idOf(request))
    const parsed = newTemplateShape.safeParse(request.body)
    if (!parsed.success) throw refusalOfShape(parsed.error, request.body)
    const { name, language, category, components } = parsed.data
    const { id, status } = world.templates.add({ name, language, category, components }, 'PENDING')
    world.agenda.in(world.delays.reviewMs, () => world.templates.setStatus(id, 'APPROVED'))
    return reply.send({ id, status, category })
  })
}

/** As the list answers it; nobody has complained of these templates. */
function listed(template: Template): object {
  const { id, name, language, status, category, components } = template
  return { id, name, language, status, category, components, quality_score: { score: 'GREEN' } }
}
