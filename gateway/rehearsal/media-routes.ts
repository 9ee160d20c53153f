import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphError, UnknownObject } from './graph-error.ts'
import { idOf, objectOf, textIn, tokenOf } from './graph-request.ts'
import type { MediaFile } from './media.ts'
import type { World } from './world.ts'

/** `POST /<PHONE_NUMBER_ID>/media`: an upload. */
export function mediaRoutes(app: FastifyInstance, world: World): void {
  app.route({
    method: 'POST',
    url: '/:id/media',
    handler: async (request) => {
      if (idOf(request) !== world.business.phoneNumberId) throw new UnknownObject(idOf(request))
      const { id } = world.media.add('upload', await uploadIn(request))
      return { id }
    },
  })
}

/** The form's file. Its type is the field `type` when that is given. Throws a `GraphError` when something is missing. */
async function uploadIn(request: FastifyRequest): Promise<Pick<MediaFile, 'bytes' | 'mimeType' | 'filename'>> {
  if (!request.isMultipart()) throw new GraphError(100, 'The parameter file is required.')
  const fields = new Map<string, string>()
  let file: { readonly bytes: Buffer; readonly mimeType: string; readonly filename: string } | undefined
  for await (const part of request.parts()) {
    if (part.type === 'file') file = { bytes: await part.toBuffer(), mimeType: part.mimetype, filename: part.filename }
    else fields.set(part.fieldname, String(part.value))
  }
  if (fields.get('messaging_product') !== 'whatsapp')
    throw new GraphError(100, 'The parameter messaging_product is required.')
  if (file === undefined) throw new GraphError(100, 'The parameter file is required.')
  return { ...file, mimeType: fields.get('type') ?? file.mimeType }
}

/** `GET /<MEDIA_ID>`: where the bytes are, for five minutes. */
export function mediaAnswer(world: World, request: FastifyRequest, file: MediaFile): object {
  return {
    messaging_product: 'whatsapp',
    url: `${request.protocol}://${request.host}/whatsapp_business/attachments/${world.media.newAddress(file)}`,
    mime_type: file.mimeType,
    sha256: file.sha256,
    file_size: file.bytes.length,
    id: file.id,
  }
}

/** The bytes: they too need the token, and are gone with their address (404). */
export function attachmentRoutes(app: FastifyInstance, world: World): void {
  app.get('/whatsapp_business/attachments/:address', (request, reply): FastifyReply => {
    const path = request.url
    const answered = (status: number): void =>
      world.calls.add({ atMs: world.clock.nowMs(), method: 'GET', path, status })
    const file = world.media.at(textIn(objectOf(request.params), 'address') ?? '')
    const status = statusOf(world, request, file)
    answered(status)
    return status === 200 && file !== undefined
      ? reply.type(file.mimeType).send(file.bytes)
      : reply.status(status).type('text/plain').send('')
  })
}

function statusOf({ controls, options }: World, request: FastifyRequest, file: MediaFile | undefined): number {
  if (controls.isPressed('down')) return 500
  if (controls.isPressed('token-expired') || tokenOf(request) !== options.accessToken) return 401
  return file === undefined ? 404 : 200
}
