import { afterEach, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { contactId } from '#machines/contact-writing.ts'
import type { FileLink, FileView, UploadedFile } from '../protocol.ts'
import { customer, member } from '../testing/test-clients.ts'
import { until, type TestHouse } from '../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'

const ana = '34600111222'
const conversation = addressOf('acme', 'conversation', contactId('whatsapp', metaNumber.account, ana))
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 2000 }, (_, index) => index % 251)])
let started: WhatsAppHouse | undefined

async function start(options: Parameters<typeof startWhatsAppHouse>[0] = {}): Promise<WhatsAppHouse> {
  started = await startWhatsAppHouse(options)
  return started
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

type Staff = Awaited<ReturnType<typeof member>>

/** The files of the conversation as its view has them, once they are as wanted. */
function filesOnce(staff: Staff, passes: (files: readonly FileView[]) => boolean): Promise<readonly FileView[]> {
  return until(async () => {
    const opened = await staff.command({ type: 'conversation.open', conversation, after: 0 }).catch(() => undefined)
    return opened?.files ?? []
  }, passes)
}

function get(house: TestHouse, path: string, headers: { readonly [name: string]: string } = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${house.port}${path}`, { headers })
}

async function linkTo(house: TestHouse, token: string, file: string): Promise<FileLink> {
  const asked = await fetch(`http://127.0.0.1:${house.port}/v1/files/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ file }),
  })
  expect(asked.status).toBe(200)
  return (await asked.json()) as FileLink
}

describe('a photo that a customer sends on WhatsApp', () => {
  it('is kept here, told to who has the conversation open, and had by members of the workspace alone', async () => {
    const { house, meta } = await start()
    const phone = meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    const priya = await member(house, { name: 'Priya' })
    await priya.command({ type: 'conversation.open', conversation, after: 0 })
    phone.sendsImage(jpeg)
    const told = await until(
      () => priya.frames.filter((each) => each.type === 'conversation.file').at(-1),
      (frame) => frame?.type === 'conversation.file' && frame.file.status === 'kept',
    )
    const [view] = await filesOnce(priya, (files) => files.length > 0)
    expect(told).toMatchObject({ conversation, file: view })
    expect(view).toMatchObject({ status: 'kept', mimeType: 'image/jpeg', sizeBytes: jpeg.length })
    const path = `/v1/files/${view?.file}`
    const headers = { authorization: `Bearer ${priya.accessToken}` }
    const found = await get(house, `${path}?name=${encodeURIComponent('Küche "1".jpg')}`, headers)
    expect(Buffer.from(await found.arrayBuffer()).equals(jpeg)).toBe(true)
    expect(Object.fromEntries(found.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': "inline; filename*=UTF-8''K%C3%BCche%20%221%22.jpg",
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=86400, immutable',
    })
    const part = await get(house, path, { ...headers, range: 'bytes=2-5' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 2-5/${jpeg.length}`])
    expect(Buffer.from(await part.arrayBuffer()).equals(jpeg.subarray(2, 6))).toBe(true)
    expect((await get(house, path, { ...headers, range: 'bytes=9999-' })).status).toBe(416)
    expect((await get(house, path)).status).toBe(401)
    const stranger = await member(house, { name: 'Sam', workspace: 'globex' })
    expect((await get(house, path, { authorization: `Bearer ${stranger.accessToken}` })).status).toBe(404)
    const { url } = await linkTo(house, priya.accessToken, view?.file ?? '')
    expect((await get(house, url)).status).toBe(200)
    expect((await get(house, url.replace('seal=', 'seal=x'))).status).toBe(403)
    expect((await get(house, '/v1/files/acme/../../records.sqlite', headers)).status).toBe(404)
    priya.close()
    stranger.close()
  })

  it('[6.15:18] whose address is gone when it is fetched is asked for anew and kept', async () => {
    let cut = 1
    const { house, meta } = await start({
      fetch: async (input, init) => {
        const url = input instanceof Request ? input.url : String(input)
        if (url.includes('/attachments/') && cut-- > 0) return new Response('', { status: 404 })
        return fetch(input, init)
      },
    })
    meta.phone(ana).sendsImage(jpeg)
    const priya = await member(house, { name: 'Priya' })
    const [view] = await filesOnce(priya, (files) => files.some(({ status }) => status === 'kept'))
    expect(view).toMatchObject({ status: 'kept' })
    expect(cut).toBeLessThanOrEqual(0)
    priya.close()
  })

  it('and is none by its bytes is lost, with the reason', async () => {
    const { house, meta } = await start()
    meta.phone(ana).sendsImage(Buffer.from('<svg onload="steal()">'))
    const priya = await member(house, { name: 'Priya' })
    const [view] = await filesOnce(priya, (files) => files.some(({ status }) => status === 'lost'))
    expect(view).toMatchObject({ status: 'lost', why: 'mismatch' })
    priya.close()
  })
})

describe('an upload', () => {
  it('is told by its own bytes, and may not be empty', async () => {
    const { house } = await start()
    const priya = await member(house, { name: 'Priya' })
    const upload = (bytes: Uint8Array<ArrayBuffer>, type: string) => {
      const form = new FormData()
      form.append('file', new Blob([bytes], { type }), 'a file')
      const headers = { authorization: `Bearer ${priya.accessToken}` }
      return fetch(`http://127.0.0.1:${house.port}/v1/files`, { method: 'POST', headers, body: form })
    }
    const sent = await upload(Uint8Array.from(jpeg), 'text/html')
    expect(sent.status).toBe(201)
    const uploaded = (await sent.json()) as UploadedFile
    expect(uploaded).toMatchObject({ mimeType: 'image/jpeg', sizeBytes: jpeg.length })
    const page = (await (await upload(Buffer.from('<html><script>'), 'text/html')).json()) as UploadedFile
    expect(page.mimeType).toBe('application/octet-stream')
    const headers = { authorization: `Bearer ${priya.accessToken}` }
    expect((await get(house, `/v1/files/${page.file}`, headers)).headers.get('content-disposition')).toBe('attachment')
    expect((await upload(new Uint8Array(), 'image/png')).status).toBe(422)
    priya.close()
  })
})

/** Uploads as a console does. Answers the key. */
async function uploaded(
  house: TestHouse,
  staff: Staff,
  { bytes, type, name }: { readonly bytes: Buffer; readonly type: string; readonly name: string },
): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(bytes)], { type }), name)
  const headers = { authorization: `Bearer ${staff.accessToken}` }
  const sent = await fetch(`http://127.0.0.1:${house.port}/v1/files`, { method: 'POST', headers, body: form })
  return ((await sent.json()) as UploadedFile).file
}

const pdf = Buffer.from('%PDF-1.7 a plan')
const uploadsIn = ({ meta }: WhatsAppHouse) =>
  meta.calls().filter(({ method, path, status }) => method === 'POST' && path.endsWith('/media') && status === 200)

describe('files of a member', () => {
  it('go out by WhatsApp as messages of their own, the words with the first, and the same file goes up once', async () => {
    const scene = await start()
    const { house, meta } = scene
    const phone = meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    const priya = await member(house, { name: 'Priya' })
    await priya.command({ type: 'take-over', conversation })
    const photo = await uploaded(house, priya, { bytes: jpeg, type: 'image/jpeg', name: 'kitchen.jpg' })
    const plan = await uploaded(house, priya, { bytes: pdf, type: 'application/pdf', name: 'plan.pdf' })
    const files = [
      { file: photo, filename: 'kitchen.jpg' },
      { file: plan, filename: 'plan.pdf' },
    ]
    const send = { type: 'message.send', conversation, clientId: 'm1', text: 'The kitchen', files } as const
    const { n } = await priya.command(send)
    const image = await phone.arrival(({ type }) => type === 'image')
    const document = await phone.arrival(({ type }) => type === 'document')
    expect(image.content).toMatchObject({ image: { caption: 'The kitchen' } })
    expect(document.content).toMatchObject({ document: { filename: 'plan.pdf' } })
    expect((await priya.command(send)).n).toBe(n)
    await priya.command({ ...send, clientId: 'm2', text: '', files: files.slice(0, 1) })
    await until(
      () => phone.inbox().filter(({ type }) => type === 'image').length,
      (count) => count === 2,
    )
    expect(uploadsIn(scene)).toHaveLength(2)
    const view = await priya.command({ type: 'conversation.open', conversation, after: 0 })
    expect(view.messages.find((each) => each.n === n)).toMatchObject({
      text: 'The kitchen',
      attachments: [{ kind: 'image', file: photo, mimeType: 'image/jpeg', sizeBytes: jpeg.length }],
    })
    priya.close()
  })

  it('that the channel does not carry are refused before anything is sent, with advice', async () => {
    const { house, meta } = await start()
    const phone = meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    const priya = await member(house, { name: 'Priya' })
    await priya.command({ type: 'take-over', conversation })
    const odd = await uploaded(house, priya, { bytes: Buffer.from('x'), type: 'text/csv', name: 'list.csv' })
    const send = (file: string) =>
      priya.command({ type: 'message.send', conversation, clientId: 'm1', text: '', files: [{ file }] })
    await expect(send(odd)).rejects.toThrow('send it as a PDF')
    await expect(send('globex/sent/other')).rejects.toThrow('no longer there')
    expect(phone.inbox()).toHaveLength(1)
    priya.close()
  })

  it('are had in the widget by a link that only its own conversation gets', async () => {
    const { house } = await start()
    const visitor = await customer(house)
    await visitor.say('Hello')
    const priya = await member(house, { name: 'Priya' })
    const talk = visitor.conversation
    await priya.command({ type: 'take-over', conversation: talk })
    const file = await uploaded(house, priya, { bytes: jpeg, type: 'image/jpeg', name: 'kitchen.jpg' })
    const files = [{ file, filename: 'kitchen.jpg' }]
    const { n } = await priya.command({ type: 'message.send', conversation: talk, clientId: 'm1', text: 'Look', files })
    const { message } = await visitor.frame('message', (frame) => frame.message.n === n)
    expect(message).toMatchObject({ text: 'Look', files: [{ file, mimeType: 'image/jpeg', filename: 'kitchen.jpg' }] })
    const { url } = await visitor.command({ type: 'file.link', n, file })
    expect((await get(house, url)).status).toBe(200)
    const stranger = await customer(house)
    await stranger.say('Hello')
    await expect(stranger.command({ type: 'file.link', n, file })).rejects.toThrow('no such file')
    for (const each of [visitor, stranger, priya]) each.close()
  })
})
