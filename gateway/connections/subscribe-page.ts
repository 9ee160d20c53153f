import type { Finding } from '../protocol.ts'
import type { PageConnection } from './page-connection.ts'
import type { PageLine } from './page-line.ts'

/** Has Meta tell the app of the Page, and the app's address be this one, where the app's secret is known. Says what came of it. */
export async function subscribePage(
  connection: PageConnection,
  line: PageLine,
  { secrets: [appSecret], address }: { readonly secrets: readonly string[]; readonly address: string },
): Promise<Finding> {
  const subscribed = await line.subscribe(connection)
  if (!subscribed.ok) {
    const whatToDo = 'Look whether the token is the Page’s and has pages_manage_metadata, then try again.'
    return { ok: false, what: subscribed.failure.reason, whatToDo }
  }
  const scopes = await line.graph.tokenScopes({ token: connection.accessToken })
  const app = scopes.ok ? scopes.value.app : undefined
  if (app === undefined || appSecret === undefined) {
    const whatToDo = 'Put address and verify token into the webhook settings of your app, or save its secret here.'
    return { ok: false, what: 'Meta tells your app of this Page, and your app nobody yet.', whatToDo }
  }
  const { verifyToken } = connection
  const set = await line.setCallback({ app, appSecret }, { address, verifyToken })
  if (set.ok) return { ok: true, what: 'Meta sends to this server.' }
  const whatToDo = 'Look whether Meta can reach the address and the app secret is right, then try again.'
  return { ok: false, what: set.failure.reason, whatToDo }
}
