import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fileBytesMax, type FileReading } from '#runtime/ports/files.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { GatewayError } from '../errors.ts'
import { rangeAsked } from '../files/byte-range.ts'
import { sniffedBytes, typeOfFile } from '../files/sniff-type.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'

const security = [{ member: [] }]
const keyShape = z.string().regex(/^[\w-]{1,128}(?:\/[\w-]{1,160}){1,3}$/, 'must be the key of a file')
const uploaded = z.object({ file: z.string(), mimeType: z.string(), sizeBytes: z.number() })
const uploadsPerMinute = 60

/** Files of messages: up, and down for a member's token or a link. */
export function fileRoutes(app: App, house: House): void {
  app.route({
    method: 'POST',
    url: '/v1/files',
    schema: {
      description:
        'Multipart: one file of at most 100 MB, to be sent with a message. Its type is told by its own bytes.',
      consumes: ['multipart/form-data'],
      security,
      response: { 201: uploaded },
    },
    async handler(request, reply) {
      const { workspace, memberId } = (await memberOf(house, request, 'files.add')).member
      const budget = { limit: uploadsPerMinute, windowMs: 60_000, whenAway: 'alone' } as const
      const { allowed, retryAfterMs } = await house.ephemeral.limit(`uploads/${workspace}/${memberId}`, budget)
      if (!allowed) throw new GatewayError('rate-limited', undefined, { retryAfterMs })
      return reply.status(201).send(await upload(house, request, workspace))
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/files/link',
    schema: {
      description:
        'An address at which a file is had for some minutes without a token, as a picture or a player needs it.',
      security,
      body: z.object({ file: keyShape }),
      response: { 200: z.object({ url: z.string(), expiresAtMs: z.number() }) },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'files.read')).member
      const { file } = request.body
      await known(house, workspace, file)
      return house.fileLinks.link(file)
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/files/*',
    schema: {
      description:
        'A file of a message, for a member of its workspace or by a link. `Range` is understood; `name` is what it is saved as.',
      security,
      params: z.object({ '*': keyShape }),
      querystring: z.object({
        until: z.exactOptional(z.coerce.number().int()),
        seal: z.exactOptional(z.string().max(100)),
        name: z.exactOptional(z.string().max(300)),
      }),
    },
    async handler(request, reply) {
      const key = request.params['*']
      const { until, seal, name } = request.query
      if (until === undefined || seal === undefined) {
        const { workspace } = (await memberOf(house, request, 'files.read')).member
        if (!isOf(workspace, key)) throw gone()
      } else if (!house.fileLinks.opens(key, { until, seal })) {
        throw new GatewayError('forbidden', 'This link has run out.')
      }
      return send(house, { key, name }, { request, reply })
    },
  })
}

/** A file that somebody else's workspace has does not exist. */
async function known(house: House, workspace: string, key: string): Promise<void> {
  if (!isOf(workspace, key) || (await readable(house.files.stat(key))) === undefined) throw gone()
}

function isOf(workspace: string, key: string): boolean {
  return key.startsWith(`${workspace}/`)
}

function gone(): GatewayError {
  return new GatewayError('not-found', 'There is no such file.')
}

async function upload(house: House, request: FastifyRequest, workspace: string): Promise<z.infer<typeof uploaded>> {
  if (!request.isMultipart()) throw new GatewayError('invalid', 'Send the file as multipart/form-data.')
  const part = await request.file({ limits: { fileSize: fileBytesMax } })
  if (part === undefined) throw new GatewayError('invalid', 'There is no file in the request.')
  const pieces: AsyncIterator<Buffer> = part.file[Symbol.asyncIterator]()
  const head = await headOf(pieces)
  if (head.byteLength === 0) throw new GatewayError('invalid', 'The file is empty.')
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield head
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value
    if (part.file.truncated) throw new GatewayError('too-large', 'A file may have 100 MB.')
  }
  const key = `${workspace}/sent/${house.ids.next('file')}`
  const stored = await readable(house.files.put(key, whole(), { contentType: typeOfFile(head, part.mimetype) }))
  return { file: stored.key, mimeType: stored.contentType, sizeBytes: stored.sizeBytes }
}

/** Enough of the beginning to tell what it is. */
async function headOf(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0)
  while (head.byteLength < sniffedBytes) {
    const next = await pieces.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

/** What a browser may show by itself. Everything else is saved. */
const shown = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'video/mp4',
  'audio/ogg',
  'audio/mpeg',
  'audio/mp4',
])

async function send(
  { files }: Pick<House, 'files'>,
  { key, name }: { readonly key: string; readonly name: string | undefined },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const file = await readable(files.stat(key))
  if (file === undefined) throw gone()
  const { contentType, sizeBytes } = file
  const range = rangeAsked(request.headers.range, sizeBytes)
  // Nothing in a file of a stranger's runs as a page of ours, whatever a browser takes it for.
  void reply
    .header('content-disposition', `${shown.has(contentType) ? 'inline' : 'attachment'}${namedAs(name)}`)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, max-age=86400, immutable')
    .header('accept-ranges', 'bytes')
  if (range === 'none') return reply.status(416).header('content-range', `bytes */${sizeBytes}`).send()
  const reading = await readable(files.read(key, range === 'whole' ? undefined : range))
  if (reading === undefined) throw gone()
  if (range === 'whole') return streamed(reply.header('content-length', sizeBytes), reading)
  const { start, end } = range
  void reply.status(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`)
  return streamed(reply.header('content-length', end - start + 1), reading)
}

function streamed(reply: FastifyReply, { file, content }: FileReading): FastifyReply {
  return reply.type(file.contentType).send(Readable.from(content, { objectMode: false }))
}

/** RFC 6266: any name, in a form in which nothing of it is a part of the header. */
function namedAs(name: string | undefined): string {
  if (name === undefined || name === '') return ''
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/gu,
    (each) => `%${each.charCodeAt(0).toString(16)}`,
  )
  return `; filename*=UTF-8''${encoded}`
}

/** A store that is away is told as such. */
async function readable<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    if (error.code === 'file-refused') throw new GatewayError('too-large', 'This file can not be kept.')
    throw new GatewayError('unavailable', 'The store of files does not answer. Try again.')
  }
}
