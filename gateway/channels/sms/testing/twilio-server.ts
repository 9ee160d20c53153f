import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { twilioSignature } from '../twilio-signature.ts'

/** A message that was posted to the server. */
export interface PostedSms {
  readonly sid: string
  readonly form: ReadonlyMap<string, string>
}

/** How the next message is answered instead of with 201; `lost`: it is taken, and the line breaks before the answer. */
export type SmsTrouble = 'lost' | { readonly status: number; readonly code: number; readonly message?: string }

/** A server of ours that speaks as much of Twilio's API and webhooks as the product uses. */
export interface TwilioServer {
  readonly url: string
  /** Everything that was taken, in order. */
  readonly posted: readonly PostedSms[]
  trouble(next: SmsTrouble): void
  /** Where `IncomingPhoneNumbers` says that messages go. */
  setAddress(address: string): void
  /** Posts a form to an address, signed with the auth token, or with another. */
  tell(address: string, form: { readonly [name: string]: string }, token?: string): Promise<Response>
  /** Reports a message at the address that was given with it. */
  report(message: PostedSms, status: string, more?: { readonly [name: string]: string }): Promise<Response>
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: object
}

/** Starts it on a free port, with one number that belongs to the account. */
export async function startTwilioServer({
  accountSid,
  authToken,
  number,
}: {
  readonly accountSid: string
  readonly authToken: string
  readonly number: string
}): Promise<TwilioServer> {
  const posted: PostedSms[] = []
  let trouble: SmsTrouble | undefined
  let address = ''
  const authority = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const take = (form: ReadonlyMap<string, string>): Answer | 'lost' => {
    const next = trouble
    trouble = undefined
    if (next !== undefined && next !== 'lost') {
      return { status: next.status, body: { code: next.code, message: next.message ?? '', status: next.status } }
    }
    const sid = `SM${String(posted.length + 1).padStart(32, '0')}`
    posted.push({ sid, form })
    return next ?? { status: 201, body: { sid, status: 'queued' } }
  }
  const answer = (path: string, form: ReadonlyMap<string, string>): Answer | 'lost' => {
    if (path.endsWith('/Messages.json')) return take(form)
    if (path.endsWith(`/${accountSid}.json`)) return { status: 200, body: { status: 'active' } }
    const found = path.includes(encodeURIComponent(number))
    const numbers = found ? [{ sms_url: address, capabilities: { sms: true } }] : []
    return { status: 200, body: { incoming_phone_numbers: numbers } }
  }
  const server = createServer((request, response) => {
    void formOf(request).then((form) => {
      if (request.headers.authorization !== authority) {
        return say(response, { status: 401, body: { code: 20003, message: 'Authenticate' } })
      }
      const answered = answer(request.url ?? '', form)
      return answered === 'lost' ? response.destroy() : say(response, answered)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const tell: TwilioServer['tell'] = (to, form, token = authToken) => {
    const fields = Object.entries(form)
    return fetch(to, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'x-twilio-signature': twilioSignature(to, fields, token) },
    })
  }
  return {
    url: `http://127.0.0.1:${port}`,
    posted,
    trouble: (next) => void (trouble = next),
    setAddress: (to) => void (address = to),
    tell,
    report({ sid, form }, status, more = {}) {
      const [from, to, callback] = ['From', 'To', 'StatusCallback'].map((name) => form.get(name) ?? '')
      const told = { MessageSid: sid, MessageStatus: status, AccountSid: accountSid, From: from ?? '', To: to ?? '' }
      return tell(callback ?? '', { ...told, ...more })
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function formOf(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return new Map(new URLSearchParams(Buffer.concat(chunks).toString()))
}

function say(response: ServerResponse, { status, body }: Answer): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
