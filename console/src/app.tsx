import { Tooltip } from 'radix-ui'
import { useEffect } from 'react'
import type { Client } from './client.ts'
import { SignInScreen } from './screens/sign-in.tsx'
import { Shell } from './shell/shell.tsx'
import { parseRoute } from './stores/route.ts'
import { ClientProvider, useStore } from './ui/context.tsx'
import { KeysProvider } from './ui/keys.tsx'

/** The console: signed out it is the sign-in screen, signed in it is the shell. */
export function App({ client }: { readonly client: Client }) {
  const session = useStore(client.session.state)
  useTheme(client)
  useEffect(() => void client.session.start(), [client])
  useEffect(() => {
    const follow = () => client.route.set(parseRoute(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [client])
  const inside = session.kind === 'signed-in' && !session.signedIn.passwordNeeded
  return (
    <ClientProvider client={client}>
      <Tooltip.Provider delayDuration={350} skipDelayDuration={150}>
        {inside ? (
          <KeysProvider>
            <Shell />
          </KeysProvider>
        ) : (
          <SignInScreen state={session} />
        )}
      </Tooltip.Provider>
    </ClientProvider>
  )
}

function useTheme(client: Client): void {
  const { theme, language } = useStore(client.preferences)
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)')
    const show = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches)
      document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
      document.querySelector('meta[name=theme-color]')?.setAttribute('content', dark ? '#15161a' : '#f6f6f7')
    }
    show()
    system.addEventListener('change', show)
    return () => system.removeEventListener('change', show)
  }, [theme])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
}
