/** Calls the emulator's own API. Answers what it says; throws with its words when it refuses. */
export async function post(path, body) {
  const isForm = body instanceof FormData
  const answer = await fetch(`/rehearsal/api/${path}`, {
    method: 'POST',
    ...(isForm ? { body } : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (answer.status === 204) return undefined
  const value = await answer.json()
  if (!answer.ok) throw new Error(value.message ?? `refused with ${answer.status}`)
  return value
}

/** What the person on the page does on a customer's phone. */
export function act(person, action) {
  return post(`people/${encodeURIComponent(person)}/actions`, action)
}
