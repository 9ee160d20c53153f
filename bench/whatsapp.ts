import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  anaUserId,
  messagesDelivery,
  onTheWire,
  statusesDelivery,
  statusUpdate,
  textMessage,
} from '#gateway/channels/whatsapp/testing/payloads.ts'
import { offerLoad, postRequest, type HttpLoad, type LoadTaken } from './http-load.ts'
import { milliseconds, quantile, spread, thousands, type Figure } from './measure.ts'
import { startWhatsAppHouse, type WhatsAppHouseProcess } from './whatsapp-house.ts'

const perSecond = 3_300
const seconds = 10
const sockets = 256
const barMs = 100
/** Requests before the burst, in one second. */
const warming = 1_000
/** One in so many requests of the second burst is somebody new who writes, whom the house answers meanwhile. */
const messageEvery = 200
const phones = 20
const chats = 80

/** Meta's side of a whole house in a process of its own: bursts of webhooks beside the server's own floor, and a customer's message to the reply in Meta's hands. */
export async function measureWhatsApp(folder: (name: string) => string): Promise<readonly Figure[]> {
  const house = await startWhatsAppHouse(folder('whatsapp'))
  try {
    const reply = await messageToReply(house)
    const to = { url: house.server.url, path: house.path, sign: house.sign }
    const count = perSecond * seconds
    // Meta finds a house that has been running.
    await offerLoad({ ...burstOf({ ...to, count: warming }), perSecond: warming })
    const told = await offerLoad(burstOf({ ...to, from: count }))
    const floor = await floorOf(join(folder('floor'), 'appended'), house)
    const mixed = await offerLoad(burstOf({ ...to, from: 2 * count, messageEvery }))
    return [
      burstFigure('statuses', told, floor),
      floorFigure(told, floor),
      burstFigure(`of them one in ${messageEvery} a new customer's message`, mixed, floor),
      reply,
    ]
  } finally {
    await house.stop()
  }
}

function burstFigure(what: string, burst: LoadTaken, floor: LoadTaken): Figure {
  const [p99, floor99] = [quantile(burst.took, 0.99), quantile(floor.took, 0.99)]
  const refused = burst.took.length - (burst.statuses.get(200) ?? 0)
  // Where the bare server itself is late, the machine does not allow more.
  const enough = p99 < barMs || (floor99 >= barMs && p99 < 2 * floor99)
  return {
    what: `Signed webhook to its acknowledgement, ${thousands(perSecond)}/s offered for ${seconds} s: ${what} (${refused} refused)`,
    value: `${spread(burst.took)}; ${thousands(burst.perSecond)}/s taken`,
    bar: `p99 < ${milliseconds(barMs)}, or twice a floor that is later`,
    holds: refused === 0 && enough,
  }
}

function floorFigure(burst: LoadTaken, floor: LoadTaken): Figure {
  const times = quantile(burst.took, 0.99) / quantile(floor.took, 0.99)
  return {
    what: 'The same statuses at the bare server with one synced file',
    value: `${spread(floor.took)}; ${thousands(floor.perSecond)}/s taken`,
    bar: `floor: the house takes ${times.toFixed(1)} times its p99`,
    holds: true,
  }
}

interface Burst {
  readonly url: string
  readonly path: string
  readonly sign: (body: Buffer) => string
  /** Number of the first request. */
  readonly from?: number
  readonly count?: number
  /** One in so many is a message; none when absent. */
  readonly messageEvery?: number
}

function burstOf({ url, path, sign, from = 0, count = perSecond * seconds, ...mix }: Burst): HttpLoad {
  const { messageEvery: every = Infinity } = mix
  const requests = Array.from({ length: count }, (_, place) => {
    const index = from + place
    const body = Buffer.from(onTheWire(index % every === every - 1 ? somebodyWrites(index) : told(index)))
    return postRequest(path, { 'content-type': 'application/json', 'x-hub-signature-256': sign(body) }, body)
  })
  return { port: Number(new URL(url).port), requests, perSecond, sockets }
}

function somebodyWrites(index: number) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const id = `wamid.BURST-${index}`
  return messagesDelivery(textMessage('What is the price?', { id, timestamp, from: `9198450${10_000 + index}` }))
}

/** Of dispatches of this house: three statuses each. */
function told(index: number) {
  const status = ['sent', 'delivered', 'read'][index % 3] ?? 'sent'
  const [message, user] = [Math.floor(index / 3), anaUserId]
  const more = {
    id: `wamid.OUT-${message}`,
    recipient_user_id: user,
    pricing: { billable: true, category: 'marketing' },
  }
  return statusesDelivery(statusUpdate(status, { ...more, biz_opaque_callback_data: `demo/dispatch/burst-${message}` }))
}

async function messageToReply({ meta }: WhatsAppHouseProcess): Promise<Figure> {
  const took: number[] = []
  for (let index = 0; index < chats + phones; index++) {
    const phone = meta.phone(`91984502${String(1000 + (index % phones))}`)
    const beganMs = performance.now()
    const said = phone.inbox().length
    phone.says(`Is the flat number ${index} still available?`)
    await phone.arrival(() => phone.inbox().length > said)
    // The first of everybody wakes them.
    if (index >= phones) took.push(performance.now() - beganMs)
    await sleep(100)
  }
  const p50 = quantile(took, 0.5)
  return {
    what: `WhatsApp message to the reply in Meta's hands, offline model (${took.length} replies)`,
    value: spread(took),
    bar: `p50 < ${milliseconds(300)}`,
    holds: p50 < 300,
  }
}

async function floorOf(file: string, { secret, sign }: WhatsAppHouseProcess): Promise<LoadTaken> {
  const script = fileURLToPath(new URL('./floors/webhook-floor.ts', import.meta.url))
  const child = spawn(process.execPath, [script, file, secret], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        const found = /port (\d+)/.exec(chunk.toString('utf8'))?.[1]
        if (found !== undefined) resolve(found)
      })
      child.once('exit', () => reject(new Error('the floor ended')))
    })
    return await offerLoad(burstOf({ url: `http://127.0.0.1:${port}`, path: '/webhook', sign }))
  } finally {
    child.kill()
  }
}
