import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customer, member, signIn } from './testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from './testing/test-house.ts'

describe('a console over a real socket', () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await startTestHouse({ answer: async () => ({ confidence: 0.9 }) })
  })
  afterAll(() => house.stop())

  it('rows appear in the list they belong to and leave it, with counts, and no others are sent', async () => {
    const mia = await member(house, { name: 'Mia', role: 'manager' })
    const page = await mia.command({ type: 'inbox.open', query: { view: 'waiting', limit: 50 } })
    expect(page.rows).toEqual([])
    const [quiet, loud] = [await customer(house), await customer(house)]
    await quiet.say('just looking')
    await loud.command({ type: 'person.request' })
    await mia.frame('inbox.row', (frame) => frame.row.conversation === loud.conversation && frame.inView)
    // Counting goes over the whole inbox, so it may come a moment after the row.
    await mia.frame('inbox.row', (frame) => frame.counts.waiting > 0)
    await mia.command({ type: 'take-over', conversation: loud.conversation })
    const left = await mia.frame('inbox.row', (frame) => frame.row.conversation === loud.conversation && !frame.inView)
    expect(left.row.owner).toMatchObject({ kind: 'member', name: 'Mia' })
    expect(
      mia.frames.some(
        (frame) => frame.type === 'inbox.row' && frame.inView && frame.row.conversation === quiet.conversation,
      ),
    ).toBe(false)
    const counted = await mia.frame('inbox.row', (frame) => frame.counts.mine === 1 && frame.counts.waiting === 0)
    expect(counted.counts.assistant).toBe(1)
    for (const each of [mia, quiet, loud]) each.close()
  })

  it('pages neither overlap nor skip, and search narrows them', async () => {
    const names = ['pear', 'plum', 'quince', 'peach', 'grape']
    for (const name of names) {
      const each = await customer(house)
      await each.say(`I like ${name} jam`)
      each.close()
    }
    const ned = await member(house, { name: 'Ned' })
    const query = { view: 'all', search: 'jam', limit: 2 } as const
    await until(
      async () => (await ned.command({ type: 'inbox.page', query: { ...query, limit: 50 } })).rows.length,
      (rows) => rows === 5,
    )
    const seen: string[] = []
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await ned.command({ type: 'inbox.page', query: after === undefined ? query : { ...query, after } })
      seen.push(...page.rows.map((row) => row.conversation))
      after = page.next
    }
    expect(new Set(seen).size).toBe(5)
    expect(seen).toHaveLength(5)
    expect(await ned.raw({ type: 'inbox.page', query: { ...query, after: 'nonsense' } })).toMatchObject({
      error: { code: 'invalid' },
    })
    ned.close()
  })

  it('a member sees who else looks, a draft as it forms, private notes, and that the customer never sees them', async () => {
    const oli = await customer(house)
    await oli.say('hello')
    const [ann, bob] = [await member(house, { name: 'Ann' }), await member(house, { name: 'Bob' })]
    const open = { type: 'conversation.open', conversation: oli.conversation, after: 0 } as const
    await until(
      () => ann.raw(open),
      (reply) => reply.ok,
    )
    await bob.command(open)
    await ann.frame('conversation.presence', (frame) => frame.presence.some((each) => each.name === 'Bob'))
    house.runtime.live.publish(`draft:${oli.conversation}`, { turn: 9, epoch: 0, text: 'Here a' })
    const draft = await ann.frame('conversation.turn', (frame) => frame.turn.turn === 9)
    expect(draft.turn).toMatchObject({ status: 'answering', text: 'Here a' })
    await bob.command({ type: 'note.add', conversation: oli.conversation, noteId: 'n1', text: 'private words' })
    const note = await ann.frame('conversation.note')
    expect(note.note).toMatchObject({ text: 'private words', name: 'Bob', kind: 'note' })
    expect((await ann.command(open)).notes).toHaveLength(1)
    bob.close()
    await ann.frame('conversation.presence', (frame) => !frame.presence.some((each) => each.name === 'Bob'))
    expect(JSON.stringify(oli.frames)).not.toContain('private words')
    for (const each of [oli, ann]) each.close()
  })

  it('the funnel counts what happened and moves when something does', async () => {
    const kim = await member(house, { name: 'Kim', role: 'manager' })
    const tom = await customer(house)
    await tom.say('hello')
    await tom.frame('message', (frame) => frame.message.author.kind === 'assistant')
    const before = await kim.command({ type: 'funnel.open', query: { fromMs: 0 } })
    const sum = before.conversations.waiting + before.conversations.withMember + before.conversations.withAssistant
    expect(sum).toBe(before.conversations.open)
    expect(before.firstAnswer.assistant?.count).toBeGreaterThan(0)
    expect(before.stages.reduce((total, each) => total + each.total, 0)).toBeGreaterThan(0)
    const lee = await customer(house)
    await lee.command({ type: 'person.request' })
    const pushed = await kim.frame(
      'funnel',
      (frame) => frame.funnel.conversations.waiting === before.conversations.waiting + 1,
    )
    expect(pushed.funnel.handOffReasons).toContainEqual({ reason: 'asked-for-person', count: expect.any(Number) })
    expect(pushed.funnel.longestWaitSinceMs).toBeGreaterThan(0)
    for (const each of [kim, lee, tom]) each.close()
  })

  it('an actor shows its state and history, and each new instant as it happens', async () => {
    const pat = await customer(house)
    await pat.say('hello')
    const zoe = await member(house, { name: 'Zoe' })
    const view = await zoe.command({ type: 'actor.open', address: pat.conversation })
    expect(view).toMatchObject({ kind: 'conversation', status: 'active' })
    const rows = await zoe.command({ type: 'actor.list', kind: 'conversation' })
    expect(rows.map((row) => row.address)).toContain(pat.conversation)
    const history = await zoe.command({
      type: 'actor.history',
      address: pat.conversation,
      afterRevision: 0,
      limit: 100,
    })
    expect(history[0]?.event.type).toBe('conversation.opened')
    expect(history.every((each) => each.value !== undefined)).toBe(true)
    await zoe.command({ type: 'take-over', conversation: pat.conversation })
    const instant = await zoe.frame('actor', (frame) => frame.instant.event.type === 'member.take-over')
    expect(instant.actor.revision).toBeGreaterThan(view.revision)
    for (const each of [pat, zoe]) each.close()
  })

  it('a dead letter is shown, discarded once, and only by an admin', async () => {
    const [boss, mgr] = [
      await member(house, { name: 'Boss', role: 'admin' }),
      await member(house, { name: 'Mgr', role: 'manager' }),
    ]
    await house.runtime.send({ to: 'acme/unheard-of/1' as never, event: { type: 'hello' } })
    const letters = await until(
      () => mgr.command({ type: 'dead-letter.list' }),
      (found) => found.length > 0,
    )
    const id = letters[0]?.id ?? 0
    expect(letters[0]).toMatchObject({ address: 'acme/unheard-of/1', event: { type: 'hello' } })
    expect(await mgr.raw({ type: 'dead-letter.discard', id })).toMatchObject({ error: { code: 'forbidden' } })
    await boss.command({ type: 'dead-letter.discard', id })
    expect(await boss.raw({ type: 'dead-letter.discard', id })).toMatchObject({ error: { code: 'conflict' } })
    expect((await boss.command({ type: 'dead-letter.list' }))[0]?.settled).toMatchObject({
      by: 'Boss',
      how: 'discarded',
    })
    for (const each of [boss, mgr]) each.close()
  })

  it('leads are listed, staged and repaired; canned replies are kept', async () => {
    const sue = await customer(house)
    await sue.say('hello')
    await sue.command({ type: 'identify', name: 'Sue Park', phone: '+919845000001' })
    const max = await member(house, { name: 'Max', role: 'manager' })
    const search = { type: 'lead.list', query: { search: 'sue', limit: 10 } } as const
    const found = await until(
      () => max.command(search),
      (list) => list.total === 1,
    )
    const lead = found.leads[0]?.lead ?? ''
    await max.command({ type: 'lead.stage', lead, stage: 'negotiation' })
    const staged = await until(
      () => max.command({ type: 'lead.get', lead }),
      (view) => view.stage === 'negotiation',
    )
    expect(staged).toMatchObject({ profile: { name: 'Sue Park' }, conversations: [sue.conversation] })
    await max.command({ type: 'canned.save', reply: { shortcut: 'hi', text: 'Hello {{name}}' } })
    expect(await max.command({ type: 'canned.list' })).toEqual([{ shortcut: 'hi', text: 'Hello {{name}}' }])
    await max.command({ type: 'canned.delete', shortcut: 'hi' })
    expect(await max.command({ type: 'canned.list' })).toEqual([])
    const members = await max.command({ type: 'members.list' })
    expect(members.find((each) => each.name === 'Max')).toMatchObject({ role: 'manager', workspace: 'acme' })
    for (const each of [sue, max]) each.close()
  })

  it('signing out ends the consoles of that sign-in at once', async () => {
    const { cookie } = await signIn(house, { name: 'Out', role: 'sales-agent', workspace: 'acme' })
    const url = `http://127.0.0.1:${house.port}/v1/auth/`
    const headers = { 'content-type': 'application/json' }
    const refreshed = await fetch(`${url}refresh`, { method: 'POST', headers: { ...headers, cookie }, body: '{}' })
    const { accessToken } = (await refreshed.json()) as { accessToken: string }
    const { connect } = await import('./testing/test-clients.ts')
    const client = await connect(house, '/staff', { protocol: 1, accessToken })
    const newer = refreshed.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
    const out = await fetch(`${url}sign-out`, { method: 'POST', headers: { ...headers, cookie: newer }, body: '{}' })
    expect(out.status).toBe(204)
    await client.frame('signed-out')
    await until(
      () => client.socket.connected,
      (connected) => !connected,
    )
  })
})
