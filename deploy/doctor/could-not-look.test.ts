import { describe, expect, it } from 'vitest'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { looked } from './could-not-look.ts'
import type { Subject } from './finding.ts'

const refused = async (about: Subject, error: unknown) =>
  (await looked('a.check', about, () => Promise.reject(error)))[0]

describe('what could not be looked at', () => {
  it('is a finding, with what goes on without it', async () => {
    expect(await refused('MongoDB', new StorageError('store-unavailable', 'no way to it'))).toEqual({
      level: 'wrong',
      check: 'a.check',
      about: 'MongoDB',
      found: 'no way to it',
      means: 'Chats go on. Lists stand still, and history older than 30 days waits.',
      todo: 'Start the server, or mend the address or the way to it.',
    })
  })

  it('says where the right password goes', async () => {
    const error = new StorageError('store-unauthorized', 'refused')
    expect(await refused('NATS', error)).toMatchObject({ todo: expect.stringContaining('NATS_CREDENTIALS') })
    expect(await refused('Redis', error)).toMatchObject({ todo: expect.stringMatching(/into REDIS_URL\.$/) })
  })

  it('takes what to do from a refusal that says so at its end', async () => {
    const error = new StorageError('store-unsuitable', 'NATS at a does not do: JetStream is off: start it with «-js»')
    expect(await refused('NATS', error)).toMatchObject({
      found: 'NATS at a does not do: JetStream is off',
      todo: 'Start it with «-js»',
    })
  })

  it('is looked at again when it only took too long', async () => {
    expect(await refused('journal', new Error('TIMEOUT'))).toMatchObject({
      found: 'no answer in time: TIMEOUT',
      todo: expect.stringMatching(/^Look again/),
    })
  })

  it('is not hidden when nobody knows what it is', async () => {
    expect(await refused('read models', 'odd')).toMatchObject({
      level: 'wrong',
      found: 'it could not be looked at: odd',
    })
  })
})
