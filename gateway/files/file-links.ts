import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#runtime/ports/clock.ts'
import type { FileLink } from '../protocol.ts'

/** How long a link works at least. It ends with a window of the same length: within one the address is the same, so that a browser keeps what it has. */
export const fileLinkMs = 15 * 60 * 1000

/** Addresses that open one file for some minutes: a browser's own elements for pictures and sound can not send a token. */
export interface FileLinks {
  link(file: string): FileLink
  /** Whether the link opens the file now. In constant time. */
  opens(file: string, link: { readonly until: number; readonly seal: string }): boolean
}

/** Makes and checks links with a key of this installation. */
export function createFileLinks({ key, clock }: { readonly key: Uint8Array; readonly clock: Clock }): FileLinks {
  const sealOf = (file: string, until: number): string =>
    createHmac('sha256', key).update(`${until}\n${file}`).digest('base64url')
  return {
    link(file) {
      const expiresAtMs = (Math.ceil(clock.nowMs() / fileLinkMs) + 1) * fileLinkMs
      const query = new URLSearchParams({ until: String(expiresAtMs), seal: sealOf(file, expiresAtMs) })
      return { url: `/v1/files/${file}?${query}`, expiresAtMs }
    },
    opens(file, { until, seal }) {
      const [given, right] = [Buffer.from(seal), Buffer.from(sealOf(file, until))]
      return until > clock.nowMs() && given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
