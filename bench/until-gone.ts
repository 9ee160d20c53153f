/** What is asked for, or a rejection when the connection ends meanwhile. */
export async function untilGone<Answer>(gone: AbortSignal, asked: Promise<Answer>): Promise<Answer> {
  const ended = Promise.withResolvers<never>()
  const end = (): void => ended.reject(gone.reason)
  gone.addEventListener('abort', end, { once: true })
  if (gone.aborted) end()
  try {
    return await Promise.race([asked, ended.promise])
  } finally {
    gone.removeEventListener('abort', end)
  }
}
