import { describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { withoutSecrets } from './secrets.ts'

const config = readConfig({
  NATS_URL: 'nats://house:nats%20word@a:4222,nats://tokenInItsPlace@b:4222',
  MONGODB_URL: 'mongodb://house:mongo%2Fword@one:27017,two:27017/homes?authSource=admin',
  REDIS_URL: 'redis://:redisWord@cache:6379',
  OPENAI_API_KEY: 'sk-key',
})

describe('what the doctor says', () => {
  it.each(['nats%20word', 'nats word', 'tokenInItsPlace', 'mongo%2Fword', 'mongo/word', 'redisWord', 'sk-key'])(
    'does not hold %s, wherever it stands',
    (secret) => {
      const said = { findings: [{ found: `refused at x://house:${secret}@a, ${secret}!`, count: 3 }], at: secret }
      expect(withoutSecrets(config, said)).toEqual({
        findings: [{ found: 'refused at x://house:•••@a, •••!', count: 3 }],
        at: '•••',
      })
    },
  )

  it('keeps names, hosts and everything of a configuration without secrets', () => {
    const said = { found: 'house at a:4222 and one:27017, homes' }
    expect(withoutSecrets(config, said)).toEqual(said)
    expect(withoutSecrets(readConfig({}), said)).toEqual(said)
  })
})
