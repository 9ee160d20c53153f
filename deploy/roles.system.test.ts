import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectMember, type StaffSocket } from '#bench/member.ts'
import { runCommand } from '#bench/server-process.ts'
import { connectVisitor, type Visitor } from '#bench/visitor.ts'
import type { Reply, SignedIn, StaffFrame } from '#gateway/protocol.ts'
import { findServer } from './services/find-server.ts'
import { startMongo } from './services/mongo-server.ts'
import { startNats } from './services/nats-servers.ts'
import { startRedis } from './services/redis-server.ts'
import type { ServerHandle } from './services/running-server.ts'
import { startRole, type RoleUnderTest } from './testing/role-process.ts'

const missing = (['nats', 'redis', 'mongo'] as const).filter((kind) => findServer(kind) === undefined)
/** The machine is shared: what takes milliseconds on an idle one may take seconds here. */
const patience = { timeout: 40_000, interval: 100 }

interface Member extends StaffSocket {
  readonly frames: readonly StaffFrame[]
}

describe.skipIf(missing.length > 0)('roles in processes of their own, on real servers', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-roles-'))
  const after: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  let servers: { readonly nats: ServerHandle; readonly redis: ServerHandle; readonly mongo: ServerHandle }
  let environment: { readonly [name: string]: string }
  let runtimes: RoleUnderTest[]
  let projector: RoleUnderTest
  let a: RoleUnderTest
  let b: RoleUnderTest
  let member: Member

  const processes = new Map<string, RoleUnderTest>()

  const start = async (role: Parameters<typeof startRole>[0], node: string): Promise<RoleUnderTest> => {
    const process = await startRole(role, {
      ...environment,
      FINEACERS_NODE: node,
      FINEACERS_DATA: join(folder, node),
      FINEACERS_SAMPLE: 'no',
    })
    after.push(() => process.kill())
    processes.set(node, process)
    return process
  }

  // Whoever has to find out why reads what the processes said last.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      for (const [node, each] of processes) console.error(`--- ${node}\n${each.printed().slice(-3000)}`)
    })
  })

  beforeAll(async () => {
    const own = (name: string) => ({ folder: join(folder, name) })
    const [nats, redis, mongo] = await Promise.all([
      startNats({ ...own('nats'), servers: 1 }),
      startRedis(own('redis')),
      startMongo(own('mongo')),
    ])
    after.push(() => Promise.all([nats.kill(), redis.kill(), mongo.kill()]))
    servers = { nats, redis, mongo }
    environment = { NATS_URL: nats.url, REDIS_URL: redis.url, MONGODB_URL: `${mongo.url}/house` }
    projector = await start('projector', 'projector-1')
    runtimes = await Promise.all([start('runtime', 'runtime-1'), start('runtime', 'runtime-2')])
    ;[a, b] = await Promise.all([start('gateway', 'gateway-a'), start('gateway', 'gateway-b')])
    member = await staff(b, await signIn(a))
    after.push(() => member.close())
  }, 180_000)

  afterAll(async () => {
    for (const undo of after.splice(0).reverse()) await undo()
  })

  const visit = async (door: RoleUnderTest, token?: string): Promise<Visitor> => {
    const visitor = await connectVisitor(door.url, 'demo', token)
    after.push(() => visitor.close())
    return visitor
  }

  it('are ready and name everything they depend on', async () => {
    const all = { journal: 'answers', records: 'answers', documents: 'answers', ephemeral: 'answers' }
    const leased = { ...all, membership: 'answers' }
    for (const [process, dependencies] of [
      [a, all],
      [b, all],
      [projector, all],
      ...runtimes.map((each) => [each, leased] as const),
    ] as const) {
      await expect.poll(() => process.readiness(), patience).toMatchObject({ httpStatus: 200, status: 'ready' })
      expect((await process.readiness())['dependencies']).toEqual(dependencies)
    }
    await expect.poll(() => projector.readiness(), patience).toMatchObject({ projector: { active: true } })
    const metrics = await fetch(`${projector.url}/metrics`).then((answer) => answer.text())
    expect(metrics).toMatch(/fineacers_projector_active 1/)
    expect(metrics).toMatch(/fineacers_dependency_up\{dependency="documents"\} 1/)
    expect((await fetch(`${runtimes[0]?.url}/health/live`)).status).toBe(200)
    expect((await fetch(`${runtimes[0]?.url}/anything`)).status).toBe(404)
  })

  it('a customer at one gateway and a member at the other, who signed in at the first, talk to each other', async () => {
    const anna = await visit(a)
    await ask(anna, 'a1', '3 bhk in whitefield under 1.2 crore')
    await called(anna)
    const view = await opened(member, anna.conversation)
    expect(view.messages.map((each) => each.n)).toEqual(view.messages.map((_, index) => index + 1))
    ok(await member.command({ type: 'take-over', conversation: anna.conversation }))
    await expect.poll(() => anna.owner().kind, patience).toBe('member')
    await replied(member, anna, 'Hello Anna')
    await listed(member, anna.conversation, 'Hello Anna')
  })

  it('without read models conversations go on, people are called and answer; lists say so, and catch up', async () => {
    const before = await visit(a)
    await ask(before, 'b1', 'hello')
    await servers.mongo.kill()
    await expect
      .poll(() => a.readiness(), patience)
      .toMatchObject({
        httpStatus: 200,
        status: 'degraded',
        dependencies: { documents: 'silent', journal: 'answers' },
      })
    const [visitor] = await Promise.all([visit(a), ask(before, 'b2', 'what is rera?')])
    await say(visitor, 'c1', 'I want to talk to a person')
    await called(visitor)
    const list = await member.command({ type: 'inbox.open', query: { view: 'waiting', limit: 50 } })
    expect(list).toMatchObject({ ok: false, error: { code: 'unavailable', retry: 'later' } })
    expect((await opened(member, visitor.conversation)).messages[0]).toMatchObject({
      text: 'I want to talk to a person',
    })
    ok(await member.command({ type: 'take-over', conversation: visitor.conversation }))
    await replied(member, visitor, 'I am here')
    expect(await projector.readiness()).toMatchObject({ httpStatus: 503, dependencies: { documents: 'silent' } })

    await servers.mongo.restart()
    await listed(member, visitor.conversation, 'I am here')
    await expect.poll(() => member.frames.some((frame) => frame.type === 'behind'), patience).toBe(true)
    await expect.poll(() => a.readiness(), patience).toMatchObject({ status: 'ready', factsLag: 0 })
    const again = await visit(b, before.token)
    expect(again.messages.map((each) => each.n)).toEqual(before.messages.map((each) => each.n))
  })

  it('without the ephemeral store conversations go on, and readiness says what is missing', async () => {
    const visitor = await visit(a)
    await ask(visitor, 'd1', 'hello')
    await servers.redis.kill()
    await expect
      .poll(() => b.readiness(), patience)
      .toMatchObject({
        httpStatus: 200,
        status: 'degraded',
        dependencies: { ephemeral: 'silent', documents: 'answers' },
      })
    await ask(visitor, 'd2', 'any villa in pune under 3 crore?')
    await servers.redis.restart()
    await expect.poll(() => b.readiness(), patience).toMatchObject({ status: 'ready' })
  })

  it('without the journal nobody is ready, and everybody is again when it answers', async () => {
    await servers.nats.pause()
    for (const process of [a, ...runtimes])
      await expect
        .poll(() => process.readiness(), patience)
        .toMatchObject({ httpStatus: 503, status: 'not-ready', dependencies: { journal: 'silent' } })
    servers.nats.resume()
    for (const process of [a, b, ...runtimes])
      await expect.poll(() => process.readiness(), patience).toMatchObject({ httpStatus: 200 })
    await ask(await visit(b), 'e1', 'hello')
  })

  it('a runtime that is told to stop hands its partitions over, and one that is killed loses them', async () => {
    const visitors = await Promise.all(Array.from({ length: 6 }, () => visit(a)))
    await Promise.all(visitors.map((visitor) => ask(visitor, 'f1', 'hello')))
    const stopped = await runtimes[0]?.stop()
    expect(stopped?.code).toBe(0)
    await Promise.all(visitors.map((visitor) => ask(visitor, 'f2', '2 bhk chahiye 80 lakh ke andar')))
    const third = await start('runtime', 'runtime-3')
    await runtimes[1]?.kill()
    await Promise.all(visitors.map((visitor) => ask(visitor, 'f3', 'what is the emi on 80 lakh?')))
    expect(await third.readiness()).toMatchObject({ dependencies: { membership: 'answers' } })
    for (const visitor of visitors)
      expect(visitor.messages.map((each) => each.n)).toEqual(visitor.messages.map((_, index) => index + 1))
  })

  it('a second projector takes over when the first has gone', async () => {
    const second = await start('projector', 'projector-2')
    expect((await projector.stop()).code).toBe(0)
    await expect.poll(() => second.readiness(), patience).toMatchObject({ projector: { active: true } })
    const visitor = await visit(a)
    await ask(visitor, 'g1', 'one more question')
    await listed(member, visitor.conversation)
  })

  it('read models are built anew while everything serves, and a shell imports without any server of ours to ask', async () => {
    const options = { dataFolder: join(folder, 'shell'), environment, readyWithinMs: 120_000 }
    const file = join(folder, 'leads.csv')
    writeFileSync(file, 'name,phone,city\nMeera Shah,+919845012345,Pune\nAnil Rao,+919845012346,Pune\n')
    const imported = await runCommand(['import', 'leads', file], options)
    expect(imported).toMatchObject({ code: 0, err: '' })
    expect(imported.out).toContain('2 rows: 2 new')
    const leads = async (): Promise<unknown> => {
      const reply = await member.command({ type: 'lead.list', query: { limit: 50 } })
      return reply.ok ? reply.value.leads.map((each) => each.profile.name ?? '').sort() : reply.error
    }
    await expect.poll(leads, patience).toEqual(expect.arrayContaining(['Anil Rao', 'Meera Shah']))
    const before = await leads()
    const rebuilt = await runCommand(['rebuild'], options)
    expect(rebuilt).toMatchObject({ code: 0, err: '' })
    expect(rebuilt.out).toContain('The read models are as before')
    await expect.poll(leads, patience).toEqual(before)
  })

  it('a whole house joins the others: one process more, with everything in it', async () => {
    const house = await start('start', 'house-1')
    await expect.poll(() => house.readiness(), patience).toMatchObject({ httpStatus: 200 })
    const visitor = await visit(house)
    await ask(visitor, 'h1', 'hello from the house')
    await listed(member, visitor.conversation)
    expect((await house.stop()).code).toBe(0)
  })

  it.each(['NATS_URL', 'MONGODB_URL', 'REDIS_URL'])('a house of its own works with %s alone', async (name) => {
    const url = environment[name] ?? ''
    const only = { NATS_URL: '', MONGODB_URL: '', REDIS_URL: '', [name]: name === 'MONGODB_URL' ? `${url}-alone` : url }
    const own = { FINEACERS_DATA: join(folder, `alone-${name}`), FINEACERS_SAMPLE: 'no', NATS_STREAM: 'ALONE' }
    const house = await startRole('start', { ...only, ...own })
    after.push(() => house.kill())
    expect(await house.readiness()).toMatchObject({ httpStatus: 200 })
    const visitor = await visit(house)
    await ask(visitor, 'j1', 'hello')
    const alone = await staff(house, await signIn(house))
    await listed(alone, visitor.conversation)
    alone.close()
    visitor.close()
    expect((await house.stop()).code).toBe(0)
  })

  it('a gateway that is told to stop says good-bye and ends at once', async () => {
    const visitor = await visit(a)
    const gone = expect(visitor.until(() => false, 30_000)).rejects.toThrow('gone')
    expect((await a.stop()).code).toBe(0)
    await gone
    await ask(await visit(b, visitor.token), 'i1', 'and back at the other')
  })
})

describe('a role without its servers', () => {
  it('says which settings are missing, and ends', async () => {
    const ran = await runCommand(['gateway'], {
      dataFolder: tmpdir(),
      environment: { NATS_URL: 'nats://127.0.0.1:1', MONGODB_URL: '', REDIS_URL: '' },
    })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('MONGODB_URL')
    expect(ran.err).not.toContain('NATS_URL:')
  })
})

/** Says something without waiting for more than its number. */
async function say(visitor: Visitor, clientId: string, text: string): Promise<number> {
  return ok(await visitor.command({ type: 'message.send', clientId, text })).n
}

/** Says something and waits until somebody has answered or was called. */
async function ask(visitor: Visitor, clientId: string, text: string): Promise<void> {
  const n = await say(visitor, clientId, text)
  const answered = (): boolean => visitor.messages.some((each) => each.n > n && each.author.kind !== 'customer')
  await visitor.until(() => answered() || visitor.owner().kind === 'queue', patience.timeout)
}

async function called(visitor: Visitor): Promise<void> {
  ok(await visitor.command({ type: 'person.request' }))
  await visitor.until(() => visitor.owner().kind === 'queue', patience.timeout)
}

async function signIn({ url, code }: RoleUnderTest): Promise<SignedIn> {
  const answer = await fetch(`${url}/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as SignedIn
}

async function staff({ url }: RoleUnderTest, { accessToken }: SignedIn): Promise<Member> {
  const socket = await connectMember(url, accessToken)
  const frames: StaffFrame[] = []
  socket.onFrame((frame) => void frames.push(frame))
  return { ...socket, frames }
}

async function opened(member: Member, conversation: string) {
  const rang = (): boolean =>
    member.frames.some((each) => each.type === 'alert.waiting' && each.row.conversation === conversation)
  await expect.poll(rang, patience).toBe(true)
  return ok(await member.command({ type: 'conversation.open', conversation, after: 0 }))
}

async function replied(member: Member, visitor: Visitor, text: string): Promise<void> {
  const { conversation } = visitor
  const { n } = ok(await member.command({ type: 'message.send', conversation, clientId: `m-${text.length}`, text }))
  await visitor.until(() => visitor.messages.some((each) => each.n === n && each.text === text), patience.timeout)
}

/** Waits until the member's list of everything has the conversation, with the text said last where one is given. */
async function listed(member: Member, conversation: string, lastText?: string): Promise<void> {
  const row = async (): Promise<unknown> => {
    const reply = await member.command({ type: 'inbox.open', query: { view: 'all', limit: 100 } })
    return reply.ok ? reply.value.rows.find((each) => each.conversation === conversation) : reply.error
  }
  await expect.poll(row, patience).toMatchObject({ conversation, ...(lastText === undefined ? {} : { lastText }) })
}

function ok<Value>(reply: Reply<Value>): Value {
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
  return reply.value
}
