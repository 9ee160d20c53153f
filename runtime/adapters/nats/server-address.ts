import { StorageError } from '../../ports/storage-error.ts'

/** An address as it was configured, with its secrets apart. */
export interface ServerAddress {
  /** Without a user or password: may be shown. */
  readonly shown: string
  readonly tls: boolean
  readonly user?: string
  readonly password?: string
  /** A user without a password. */
  readonly token?: string
}

/** Reads `nats://user:password@host:port`, `tls://…` or `host:port`. Throws `store-unsuitable` for anything else, without repeating a secret. */
export function parseServerAddress(text: string): ServerAddress {
  const trimmed = text.trim()
  const url = URL.parse(trimmed.includes('://') ? trimmed : `nats://${trimmed}`)
  const scheme = url?.protocol.slice(0, -1) ?? ''
  if (url === null || url.hostname === '' || !['nats', 'tls'].includes(scheme))
    throw new StorageError(
      'store-unsuitable',
      'an address of NATS is not of the form nats://host:port or tls://host:port',
    )
  const address = { shown: `${scheme}://${url.hostname}:${url.port === '' ? '4222' : url.port}`, tls: scheme === 'tls' }
  if (url.username === '') return address
  const user = decodeURIComponent(url.username)
  return url.password === ''
    ? { ...address, token: user }
    : { ...address, user, password: decodeURIComponent(url.password) }
}
