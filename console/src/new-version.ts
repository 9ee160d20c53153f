/** A screen's code that can't be loaded: either there is no line, or the server has a newer console and the old files are gone. */

/** The files of this console are gone: the server has a newer one. */
export class NewVersionError extends Error {}

/** Loads a screen's code. Throws `NewVersionError` when the server answers and does not have it any more, else what went wrong. */
export async function loadScreen<T>(load: () => Promise<T>, outdated = isOutdated): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (await outdated().catch(() => false)) throw new NewVersionError('a newer console is there', { cause: error })
    throw error
  }
}

/** Whether the page the server gives now begins with other code than this one. */
async function isOutdated(): Promise<boolean> {
  const entry = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')
  const page = await fetch('/console/', { cache: 'no-store' })
  return page.ok && entry !== null && entry !== undefined && !(await page.text()).includes(entry)
}
