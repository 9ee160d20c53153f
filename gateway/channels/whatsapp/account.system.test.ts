import { afterEach, describe, expect, it } from 'vitest'
import { addressOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { accountId } from '#machines/account-writing.ts'
import { contactId } from '#machines/contact-writing.ts'
import { member, signIn, type TestMember } from '../../testing/test-clients.ts'
import { until } from '../../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'

const ana = '34600111222'
const key = contactId('whatsapp', metaNumber.account, ana)
const conversation = addressOf('acme', 'conversation', key)
const account = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
let started: WhatsAppHouse | undefined

async function start(options: Parameters<typeof startWhatsAppHouse>[0] = {}): Promise<WhatsAppHouse> {
  started = await startWhatsAppHouse(options)
  return started
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

async function facts({ house }: WhatsAppHouse, of: Address, type: string): Promise<readonly Fact[]> {
  return (await house.runtime.journal.facts(0, 5000, of)).filter((each) => each.type === type)
}

function dispatchOf(n: number): Address {
  return addressOf('acme', 'dispatch', `${key}:${n}`)
}

async function lastStatus(scene: WhatsAppHouse, n: number): Promise<Fact['data'] | undefined> {
  return (await facts(scene, dispatchOf(n), 'dispatch-changed')).at(-1)?.data
}

function sent({ meta }: WhatsAppHouse): number {
  return meta
    .calls()
    .filter(({ request, status }) => JSON.stringify(request ?? '').includes('recipient_type') && status === 200).length
}

async function waiting(scene: WhatsAppHouse, n: number): Promise<Fact['data'] | undefined> {
  return until(
    () => lastStatus(scene, n),
    (data) => data?.['status'] === 'waiting',
  )
}

/** Has the templates read, as an admin does, and waits until they are in the read model. */
async function readTemplates(scene: WhatsAppHouse): Promise<void> {
  const { accessToken } = await signIn(scene.house, { name: 'Asha', role: 'admin', workspace: 'acme' })
  const path = `/v1/connections/whatsapp/${metaNumber.account}/templates/sync`
  const headers = { authorization: `Bearer ${accessToken}` }
  const response = await fetch(`http://127.0.0.1:${scene.house.port}${path}`, { method: 'POST', headers })
  expect(await response.json()).toMatchObject({ ok: true, what: `${scene.meta.templates().length} templates.` })
  const listed = async (): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${scene.house.port}/v1/templates`, { headers })
    return (await answer.json()) as unknown
  }
  await until(listed, (found) => JSON.stringify(found).includes('follow_up'))
}

/** A member who has the conversation. */
async function owner(scene: WhatsAppHouse): Promise<TestMember> {
  const priya = await member(scene.house, { name: 'Priya' })
  await priya.command({ type: 'take-over', conversation })
  return priya
}

const followUp = { name: 'follow_up', language: 'en', variables: ['Ana'] } as const

function receiptsIn({ meta }: WhatsAppHouse): readonly unknown[] {
  return meta.calls().flatMap(({ request }) => {
    const body = request as { readonly status?: unknown; readonly typing_indicator?: unknown } | undefined
    return body?.status === 'read' ? [body.typing_indicator === undefined ? 'read' : 'typing'] : []
  })
}

describe('a WhatsApp number, against an emulator of Meta', () => {
  it('[M32] while its token is refused the queue is kept, and all of it goes out once the token works again', async () => {
    const scene = await start()
    scene.meta.press('token-expired')
    const phone = scene.meta.phone(ana)
    phone.says('Is it available?')
    expect(await waiting(scene, 2)).toMatchObject({ reason: expect.stringContaining('no longer accepts') as string })
    const changed = await until(
      () => facts(scene, account, 'account-changed'),
      (found) => found.length > 0,
    )
    expect(changed.at(-1)?.data['brakes']).toMatchObject({ stopped: { code: 190 } })
    phone.says('Hello?')
    await waiting(scene, 4)
    expect(phone.inbox()).toEqual([])
    scene.meta.release('token-expired')
    await readTemplates(scene)
    await until(
      () => phone.inbox().length,
      (count) => count === 2,
    )
    expect(sent(scene)).toBe(2)
  })

  it('[6.15:20] a rate limit slows the number for as long as Meta says, uses up no try, and loses nothing', async () => {
    const scene = await start()
    scene.meta.press('rate-limit')
    const phone = scene.meta.phone(ana)
    phone.says('Is it available?')
    await waiting(scene, 2)
    const slowed = await until(
      () => facts(scene, account, 'account-changed'),
      (found) => found.length > 0,
    )
    const brakes = slowed.at(-1)?.data['brakes']
    expect(brakes).toMatchObject({ slowed: { code: 130429, untilMs: expect.any(Number) as number } })
    scene.meta.release('rate-limit')
    await scene.house.runtime.send({ to: account, event: { type: 'account.resumed', by: 'm1' } })
    await phone.arrival()
    expect(sent(scene)).toBe(1)
  })

  it('[M25] a call that Meta broke down in is never made again, and the number goes on', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    const priya = await owner(scene)
    scene.meta.press('down')
    const { n } = await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you there?' })
    await until(
      () => lastStatus(scene, n),
      (data) => data?.['status'] === 'unknown',
    )
    scene.meta.release('down')
    await priya.command({ type: 'message.send', conversation, clientId: 'm2', text: 'It is free' })
    await phone.arrival(({ content }) => JSON.stringify(content).includes('It is free'))
    expect(phone.inbox()).toHaveLength(2)
    priya.close()
  })

  it('a member sends a template outside the window, as the customer will read it', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await readTemplates(scene)
    const priya = await owner(scene)
    const { templates } = await priya.command({ type: 'template.list', conversation })
    expect(templates.map(({ name, language }) => `${name} ${language}`)).toContain('viewing_reminder es')
    scene.meta.press('window-closed')
    await priya.command({ type: 'message.send', conversation, clientId: 't1', text: '', template: followUp })
    await phone.arrival(({ content }) => JSON.stringify(content).includes('follow_up'))
    const [added] = (await facts(scene, conversation, 'message-added')).slice(-1)
    expect(added?.data).toMatchObject({ text: 'Hi Ana, we have an answer to your question. May we send it here?' })
    priya.close()
  })

  it('[M33] a template that does not fit is refused to the member, with what is wrong', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await readTemplates(scene)
    const priya = await owner(scene)
    const send = (template: object) =>
      priya.raw({
        type: 'message.send',
        conversation,
        clientId: 't1',
        text: '',
        template: { ...followUp, ...template },
      })
    const said = async (template: object) => JSON.stringify(await send(template))
    expect(await said({ variables: [] })).toContain('has 1 variables, and 0 were filled in')
    expect(await said({ variables: [' '] })).toContain('Variable 1 of the template follow_up is empty')
    expect(await said({ name: 'no_such' })).toContain('There is no template no_such in en')
    const reminder = { name: 'viewing_reminder', variables: ['Ana', 'Tuesday'] }
    expect(await said(reminder)).toContain('needs a web address (https) of its image')
    priya.close()
  })

  it('[6.15:17] a template paused between plan and send is not sent: the refusal says so, and names another one', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await readTemplates(scene)
    const priya = await owner(scene)
    await scene.house.runtime.send({ to: account, event: troubled(190, 'stop-sender') })
    const { n } = await priya.command({
      type: 'message.send',
      conversation,
      clientId: 't1',
      text: '',
      template: followUp,
    })
    await waiting(scene, n)
    const paused = scene.meta.templates().find(({ name }) => name === followUp.name)
    scene.meta.addTemplate({
      ...paused,
      name: 'follow_up_2',
      language: 'en',
      category: 'UTILITY',
      components: paused?.components ?? [],
    })
    scene.meta.setTemplateStatus(paused?.id ?? '', 'PAUSED')
    const failed = await until(
      () => lastStatus(scene, n),
      (data) => data?.['status'] === 'failed',
    )
    expect(failed?.['reason']).toBe('the template follow_up (en) is paused at the provider: use follow_up_2 instead')
    expect(phone.inbox()).toHaveLength(1)
    priya.close()
  })

  it('shows the customer once that they were read and that the assistant writes, and once that a member does', async () => {
    const answer = Promise.withResolvers<void>()
    const scene = await start({ answer: () => answer.promise.then(() => ({})) })
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await until(
      () => receiptsIn(scene),
      (found) => found.length === 1,
    )
    expect(receiptsIn(scene)).toEqual(['typing'])
    answer.resolve()
    await phone.arrival()
    const priya = await owner(scene)
    await priya.command({ type: 'conversation.read', conversation, upTo: 1 })
    for (let times = 0; times < 3; times++) await priya.command({ type: 'conversation.typing', conversation, on: true })
    await until(
      () => receiptsIn(scene),
      (found) => found.length >= 2,
    )
    expect(receiptsIn(scene)).toEqual(['typing', 'read'])
    priya.close()
  })

  it('a stopped number is told to every console, and to whoever comes later', async () => {
    const scene = await start()
    const early = await member(scene.house, { name: 'Priya' })
    await scene.house.runtime.send({ to: account, event: troubled(190, 'stop-sender') })
    const stopped = { stopped: { code: 190, whatToDo: expect.stringContaining('Channels') as string } }
    expect((await early.frame('accounts')).accounts).toMatchObject([{ account: metaNumber.account, brakes: stopped }])
    const late = await member(scene.house, { name: 'Ravi' })
    expect((await late.frame('accounts')).accounts).toMatchObject([{ brakes: stopped }])
    const metrics = await (await fetch(`http://127.0.0.1:${scene.house.port}/metrics`)).text()
    expect(metrics).toContain('fineacers_accounts_kept_back{brake="stopped"} 1')
    const { accessToken } = await signIn(scene.house, { name: 'Asha', role: 'admin', workspace: 'acme' })
    const url = `http://127.0.0.1:${scene.house.port}/v1/accounts/whatsapp/${metaNumber.account}/resume`
    const headers = { authorization: `Bearer ${accessToken}` }
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(204)
    await early.frame('accounts', ({ accounts }) => accounts.every(({ brakes }) => Object.keys(brakes).length === 0))
    early.close()
    late.close()
  })

  it('quality and limits of the number are kept with the notices', async () => {
    const scene = await start()
    const value = { display_phone_number: metaNumber.displayNumber, event: 'FLAGGED', current_limit: 'TIER_2K' }
    scene.meta.announce('phone_number_quality_update', value)
    const [noticed] = await until(
      () => facts(scene, account, 'account-changed'),
      (found) => found.length > 0,
    )
    expect(noticed?.data).toMatchObject({ quality: 'FLAGGED', limit: 2000 })
  })
})

function troubled(code: number, action: string) {
  return { type: 'account.troubled', error: { code, action, reason: 'Meta says no.' } } as const
}
