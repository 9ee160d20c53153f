import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does with one request, in the shapes the protocol has. */
export type Script =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: object }
  | { readonly kind: 'answer'; readonly value: object }
  /** A call of `final_answer` whose arguments are these letters, sound or not. */
  | { readonly kind: 'raw'; readonly arguments: string }
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'cut' }

export interface OpenAiServer {
  readonly baseUrl: string
  readonly requests: { readonly body: string; readonly authorization: string }[]
  /** Each request takes the next; the last one is for all that follow. */
  script(...scripts: readonly Script[]): void
  close(): Promise<void>
}

/** A server that speaks Chat Completions, streamed, on a free port of this machine. */
export async function openOpenAiServer(): Promise<OpenAiServer> {
  const requests: { body: string; authorization: string }[] = []
  let scripts: readonly Script[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      requests.push({ body, authorization: request.headers.authorization ?? '' })
      const [script, ...rest] = scripts
      if (rest.length > 0) scripts = rest
      play(script ?? { kind: 'status', status: 500 }, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    script: (...next) => (scripts = next),
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function play(script: Script, response: ServerResponse): void {
  switch (script.kind) {
    case 'silence':
      return
    case 'status':
      response.writeHead(script.status, {
        'content-type': 'application/json',
        ...(script.retryAfter === undefined ? {} : { 'retry-after': script.retryAfter }),
      })
      response.end(
        JSON.stringify({
          error: { message: 'Incorrect API key provided: sk-secret-of-a-test', type: 'test', code: null },
        }),
      )
      return
    case 'cut':
      begin(response)
      send(response, {
        tool_calls: [
          {
            index: 0,
            id: 'call_cut',
            type: 'function',
            function: { name: 'final_answer', arguments: '{"text":"half of' },
          },
        ],
      })
      setImmediate(() => response.destroy())
      return
    case 'words':
      begin(response)
      send(response, { content: script.text })
      finish(response, 'stop')
      return
    case 'call':
      return callOf(response, script.name, JSON.stringify(script.arguments))
    case 'answer':
      return callOf(response, 'final_answer', JSON.stringify(script.value))
    case 'raw':
      return callOf(response, 'final_answer', script.arguments)
  }
}

/** Arguments come in pieces, as they do. */
function callOf(response: ServerResponse, name: string, written: string): void {
  begin(response)
  send(response, {
    role: 'assistant',
    content: null,
    tool_calls: [
      { index: 0, id: `call_${written.length}_${name}`, type: 'function', function: { name, arguments: '' } },
    ],
  })
  for (let at = 0; at < written.length; at += 24)
    send(response, { tool_calls: [{ index: 0, function: { arguments: written.slice(at, at + 24) } }] })
  finish(response, 'tool_calls')
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

function send(response: ServerResponse, delta: object, finishReason: string | null = null): void {
  response.write(
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'test-model', choices: [{ index: 0, delta, finish_reason: finishReason }] })}\n\n`,
  )
}

function finish(response: ServerResponse, reason: string): void {
  send(response, {}, reason)
  response.write(
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'test-model', choices: [], usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 } })}\n\n`,
  )
  response.end('data: [DONE]\n\n')
}
