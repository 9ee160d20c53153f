/**
 * The script a host page loads: puts the launcher there, takes SDK calls, and loads the panel when it is needed.
 * Loading it twice is harmless; commands called before it came are kept in `FineAcers.q`.
 */
import { createLauncher, type Launcher } from './launcher.ts'
import type { Panel, PanelModule } from './panel-contract.ts'
import { parseSdkCall, type SdkCommand, type SdkEvent, type WidgetUser } from './sdk.ts'
import { defaultAccent, storageKey, type ColorScheme, type WidgetSettings } from './settings.ts'

/** File name of the panel's module beside the loader, set by the build. */
declare const __PANEL_FILE__: string

interface Entry {
  (...call: unknown[]): void
  q?: readonly ArrayLike<unknown>[]
  loaded?: true
}

declare global {
  interface Window {
    FineAcers?: Entry
  }
}

/** Words the launcher needs before the panel has come. */
const words: { readonly [language: string]: readonly [open: string, unread: string, trouble: string] } = {
  en: ['Chat with us', 'unread', 'The chat could not be loaded. Check your connection and press again.'],
  hi: ['हमसे बात करें', 'अपठित', 'चैट लोड नहीं हो सकी। अपना नेटवर्क जाँचें और फिर दबाएँ।'],
  ar: ['تحدّث معنا', 'غير مقروءة', 'تعذّر تحميل المحادثة. تحقّق من اتصالك واضغط مرة أخرى.'],
}

class Loader {
  readonly #base: string
  readonly #listeners = new Map<SdkEvent, Set<(detail: unknown) => void>>()
  readonly #launcher: Launcher
  #settings: WidgetSettings
  #accent: string
  #user: WidgetUser | undefined
  #panel: Panel | undefined
  #loading: Promise<Panel | undefined> | undefined
  #tries = 0
  #open = false
  #unread = 0
  #trouble = false

  constructor(script: HTMLScriptElement) {
    this.#base = script.src
    this.#settings = readSettings(script)
    this.#accent = stored(storageKey(this.#settings.workspace, 'accent')) ?? script.dataset['accent'] ?? defaultAccent
    this.#launcher = createLauncher(direction(this.#settings.language))
    this.#launcher.button.addEventListener('click', () => this.run({ type: 'toggle' }))
    for (const type of ['pointerenter', 'focus'] as const)
      this.#launcher.button.addEventListener(type, () => this.#preload(), { once: true })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint())
    this.#paint()
    // Who was chatting when the page changed goes on; not on a phone, where the panel would cover the page just asked for.
    if (this.#wasOpen() && matchMedia('(min-width: 481px) and (min-height: 481px)').matches) this.#setOpen(true)
    else this.#whenIdle()
  }

  run(command: SdkCommand): void {
    switch (command.type) {
      case 'open':
        return this.#setOpen(true)
      case 'close':
        return this.#setOpen(false)
      case 'toggle':
        return this.#setOpen(!this.#open)
      case 'sendMessage':
        return void this.#withPanel((panel) => {
          this.#setOpen(true)
          panel.send(command.text)
        })
      case 'setUser':
        this.#user = command.user
        return this.#panel?.identify(command.user)
      case 'setAttributes':
        return this.#showListing(command.attributes.pageListing)
      case 'setLocale':
        return this.#configure({ language: command.language })
      case 'setColorScheme':
        return this.#configure({ colorScheme: command.scheme })
      case 'reset':
        return this.#reset()
      case 'on':
        this.#listeners.set(command.event, (this.#listeners.get(command.event) ?? new Set()).add(command.listener))
        return
      case 'invalid':
        // oxlint-disable-next-line no-console -- the host page's developer has no other place to read it
        console.warn(command.message)
        return this.#emit('error', { message: command.message })
    }
  }

  #setOpen(open: boolean): void {
    if (open === this.#open) return
    this.#open = open
    this.#keepOpen(open)
    this.#paint()
    void this.#withPanel((panel) => {
      if (this.#open !== open) return
      panel.show(open)
      this.#emit(open ? 'open' : 'close')
    })
    if (!open) this.#launcher.button.focus()
  }

  get #openKey(): string {
    return storageKey(this.#settings.workspace, 'open')
  }

  #wasOpen(): boolean {
    return attempt(() => sessionStorage.getItem(this.#openKey)) !== undefined
  }

  #keepOpen(open: boolean): void {
    attempt(() => (open ? sessionStorage.setItem(this.#openKey, '1') : sessionStorage.removeItem(this.#openKey)))
  }

  #configure(change: Partial<WidgetSettings>): void {
    this.#settings = { ...this.#settings, ...change }
    this.#launcher.surface.dir = direction(this.#settings.language)
    this.#paint()
    this.#panel?.configure(this.#settings)
  }

  #showListing(pageListing: string | undefined): void {
    const { pageListing: _, ...rest } = this.#settings
    this.#settings = rest
    this.#configure(pageListing === undefined ? {} : { pageListing })
  }

  #reset(): void {
    this.#user = undefined
    this.#setOpen(false)
    void this.#withPanel((panel) => panel.reset())
  }

  async #withPanel(use: (panel: Panel) => void): Promise<void> {
    const panel = this.#panel ?? (await (this.#loading ??= this.#load()))
    if (panel !== undefined) use(panel)
  }

  async #load(): Promise<Panel | undefined> {
    this.#trouble = false
    this.#paint(true)
    try {
      // A failed import stays failed under its address, so another try asks by another one.
      const again = this.#tries === 0 ? '' : `?try=${this.#tries}`
      this.#tries += 1
      const module: PanelModule = await import(/* @vite-ignore */ this.#panelAddress() + again)
      this.#panel = module.startPanel({
        launcher: this.#launcher,
        settings: this.#settings,
        emit: (event, detail) => this.#emit(event, detail),
        unread: (count) => this.#setUnread(count),
        accent: (colour) => {
          this.#accent = colour
          this.#paint()
        },
        close: () => this.#setOpen(false),
      })
      if (this.#user !== undefined) this.#panel.identify(this.#user)
      this.#emit('ready')
    } catch (error) {
      this.#trouble = this.#open
      this.#open = false
      this.#loading = undefined
      this.#emit('error', { message: String(error) })
    }
    this.#paint()
    return this.#panel
  }

  /** Somebody who has talked before gets the panel in the background for its unread count; others only a preload, unless data is saved. */
  #whenIdle(): void {
    const idle = () => {
      if (stored(storageKey(this.#settings.workspace, 'visitor')) !== undefined) void this.#withPanel(() => undefined)
      else if (!savesData()) this.#preload()
    }
    const later = () =>
      window.requestIdleCallback === undefined ? setTimeout(idle, 300) : window.requestIdleCallback(idle)
    if (document.readyState === 'complete') later()
    else addEventListener('load', later, { once: true })
  }

  #preload(): void {
    if (this.#loading !== undefined || document.querySelector('link[data-fineacers]') !== null) return
    const link = document.createElement('link')
    link.rel = 'modulepreload'
    link.href = this.#panelAddress()
    link.dataset['fineacers'] = ''
    document.head.append(link)
  }

  #panelAddress(): string {
    return new URL(__PANEL_FILE__, this.#base).href
  }

  #setUnread(count: number): void {
    if (count === this.#unread) return
    this.#unread = count
    this.#paint()
    this.#emit('unread', { count })
  }

  #emit(event: SdkEvent, detail?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener(detail)
      } catch (error) {
        reportError(error) // The host page's own mistake: shown as such, and ours goes on.
      }
    }
  }

  #paint(busy = false): void {
    const [open, unread, trouble] = words[primary(this.#settings.language)] ?? words['en'] ?? ['', '', '']
    this.#launcher.colours(this.#accent, this.#settings.colorScheme)
    this.#launcher.show({
      open: this.#open,
      busy,
      unread: this.#unread,
      label: this.#unread > 0 ? `${open}, ${this.#unread} ${unread}` : open,
      ...(this.#trouble ? { trouble } : {}),
    })
  }
}

function readSettings(script: HTMLScriptElement): WidgetSettings {
  const { workspace, server, language, colorScheme, listing } = script.dataset
  return {
    workspace: workspace ?? 'demo',
    server: (server ?? new URL(script.src).origin).replace(/\/+$/, ''),
    language: language ?? (document.documentElement.lang || navigator.language || 'en'),
    colorScheme: parseScheme(colorScheme),
    ...(listing === undefined ? {} : { pageListing: listing }),
  }
}

function parseScheme(text: string | undefined): ColorScheme {
  return text === 'light' || text === 'dark' ? text : 'auto'
}

function primary(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? 'en'
}

function direction(language: string): 'ltr' | 'rtl' {
  return primary(language) === 'ar' ? 'rtl' : 'ltr'
}

function stored(key: string): string | undefined {
  return attempt(() => localStorage.getItem(key))
}

/** Undefined where the browser keeps nothing. */
function attempt<T>(use: () => T): NonNullable<T> | undefined {
  try {
    return use() ?? undefined
  } catch {
    return undefined
  }
}

function savesData(): boolean {
  const { connection }: { connection?: { readonly saveData?: boolean } } = navigator as Navigator & {
    connection?: { readonly saveData?: boolean }
  }
  return connection?.saveData === true
}

function begin(): void {
  const before = window.FineAcers
  const script = document.currentScript
  if (before?.loaded === true || !(script instanceof HTMLScriptElement)) return
  const loader = new Loader(script)
  const entry: Entry = (...call) => loader.run(parseSdkCall(call))
  entry.loaded = true
  window.FineAcers = entry
  for (const call of before?.q ?? []) entry(...Array.from(call))
}

begin()
