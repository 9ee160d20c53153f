import { io, type Socket } from 'socket.io-client'
import type {
  CustomerCommand,
  CustomerFrame,
  CustomerReplies,
  Member,
  Reply,
  Role,
  StaffCommand,
  StaffFrame,
  StaffReply,
} from '../protocol.ts'
import { protocolVersion } from '../protocol.ts'
import type { TestDoor } from './test-house.ts'
import { createAccounts } from '../auth/accounts.ts'
import { until } from './test-house.ts'

type FrameOf<Frame extends { readonly type: string }, Type extends Frame['type']> = Extract<
  Frame,
  { readonly type: Type }
>

/** A client over a real socket that remembers every frame. */
export interface TestClient<Frame extends { readonly type: string }> {
  readonly socket: Socket
  readonly frames: readonly Frame[]
  /** The first frame of a type that passes, now or within five seconds. */
  frame<Type extends Frame['type']>(
    type: Type,
    passes?: (frame: FrameOf<Frame, Type>) => boolean,
  ): Promise<FrameOf<Frame, Type>>
  /** Any input at all, for what a client should not send. */
  raw(input: unknown): Promise<Reply<unknown>>
  close(): void
}

export interface TestCustomer extends TestClient<CustomerFrame> {
  command<C extends CustomerCommand>(command: C): Promise<CustomerReplies[C['type']]>
  say(text: string, clientId?: string): Promise<number>
  readonly token: string
  readonly conversation: string
}

export interface TestMember extends TestClient<StaffFrame> {
  command<C extends StaffCommand>(command: C): Promise<StaffReply<C['type']>>
  readonly member: Member
  /** For what goes over HTTP. */
  readonly accessToken: string
}

/** Opens a socket that rejects with the handshake's problem. */
export function connect(
  house: TestDoor,
  namespace: string,
  auth: object,
): Promise<TestClient<{ readonly type: string }>> {
  const socket = io(`http://127.0.0.1:${house.port}${namespace}`, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  const frames: { readonly type: string }[] = []
  socket.on('frame', (frame: { readonly type: string }) => frames.push(frame))
  const client: TestClient<{ readonly type: string }> = {
    socket,
    frames,
    async frame(type, passes = () => true) {
      const find = () => frames.find((each) => each.type === type && passes(each as never))
      return (await until(find, (found) => found !== undefined)) as never
    },
    raw: (input) => socket.timeout(10_000).emitWithAck('command', input),
    close: () => void socket.disconnect(),
  }
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(client))
    socket.once('connect_error', reject)
  })
}

/** A visitor: a new one, or the one of a token. */
export async function customer(
  house: TestDoor,
  options: { readonly token?: string; readonly workspace?: string } = {},
): Promise<TestCustomer> {
  const { token, workspace = 'acme' } = options
  const auth = { protocol: protocolVersion, workspace, language: 'en', timeZone: 'Asia/Kolkata' }
  const client = await connect(house, '/customer', token === undefined ? auth : { ...auth, token })
  const typed = client as unknown as TestClient<CustomerFrame>
  const welcome = await typed.frame('welcome')
  let said = 0
  const command = (each: CustomerCommand): Promise<never> => valueOf(typed.raw(each))
  return {
    ...typed,
    token: welcome.token,
    conversation: welcome.conversation,
    command,
    async say(text, clientId = `${typed.socket.id?.replace(/[^A-Za-z0-9]/g, '')}-${(said += 1)}`) {
      const { n } = await valueOf<{ readonly n: number }>(typed.raw({ type: 'message.send', clientId, text }))
      return n
    },
  }
}

/** A member of a role, signed in with a token of their own, on a console. */
export async function member(
  house: TestDoor,
  {
    name,
    role = 'sales-agent',
    workspace = 'acme',
  }: { readonly name: string; readonly role?: Role; readonly workspace?: string },
): Promise<TestMember> {
  const { accessToken } = await signIn(house, { name, role, workspace })
  const client = await connect(house, '/staff', { protocol: protocolVersion, accessToken })
  const typed = client as unknown as TestClient<StaffFrame>
  const welcome = await typed.frame('welcome')
  const command = (each: StaffCommand): Promise<never> => valueOf(typed.raw(each))
  return { ...typed, member: welcome.member, accessToken, command }
}

/** Invites a member and signs in with their code over HTTP. */
export async function signIn(
  house: TestDoor,
  { name, role, workspace }: { readonly name: string; readonly role: Role; readonly workspace: string },
): Promise<{ readonly accessToken: string; readonly cookie: string; readonly member: Member }> {
  const accounts = createAccounts(house)
  const email = `${name.toLowerCase()}@${workspace}.example`
  const { code } = await accounts.invite({ workspace, name, email, role })
  const response = await fetch(`http://127.0.0.1:${house.port}/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  if (response.status !== 200) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  const body = (await response.json()) as { readonly accessToken: string; readonly member: Member }
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  return { ...body, cookie }
}

async function valueOf<Value>(reply: Promise<Reply<unknown>>): Promise<Value> {
  const answer = await reply
  if (!answer.ok) throw Object.assign(new Error(answer.error.message), { problem: answer.error })
  return answer.value as Value
}
