import { describe, expect, it } from 'vitest'
import { natsConfig } from './nats-config.ts'

const alone = { name: 'nats', port: 4001, monitorPort: 4002, storeFolder: '/data/nats', sync: 'always' } as const

describe('the configuration of a NATS server', () => {
  it('of one alone: durable, with large messages, on the loopback address only', () => {
    expect(natsConfig(alone)).toBe(`server_name: "nats"
listen: "127.0.0.1:4001"
http: "127.0.0.1:4002"
max_payload: 8MB
jetstream {
  store_dir: "/data/nats"
  domain: fineacers
  max_memory_store: 1GB
  max_file_store: 1TB
  sync_interval: always
}
`)
  })

  it('of one in a cluster has a route to each', () => {
    const text = natsConfig({ ...alone, cluster: { port: 5001, routes: [5001, 5002, 5003] } })
    expect(text).toContain('listen: "127.0.0.1:5001"')
    expect(text.match(/"nats:\/\/127\.0\.0\.1:500[123]"/g)).toHaveLength(3)
  })

  it('leaves syncing to the server when that is wanted', () => {
    expect(natsConfig({ ...alone, sync: 'default' })).not.toContain('sync_interval')
  })

  it('keeps odd letters of a folder inside its quotes, and what is added comes last', () => {
    const text = natsConfig({ ...alone, storeFolder: '/a "b" # c', more: 'accounts { A: {} }\n\n' })
    expect(text).toContain('store_dir: "/a \\"b\\" # c"\n')
    expect(text.endsWith('}\naccounts { A: {} }\n')).toBe(true)
  })
})
