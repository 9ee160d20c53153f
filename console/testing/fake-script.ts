import { answerAbout } from './fake-people.ts'
import type { FakeWorld } from './fake-world.ts'

/** Keeps the world alive: customers write, the assistant drafts and answers, some are handed over, colleagues take some. */
export function playScript(world: FakeWorld, newId: () => string): () => void {
  const conversations = [...world.conversations.keys()]
  let step = 0
  const timer = setInterval(() => {
    step++
    const id = conversations[(step * 7) % 30] ?? ''
    const { row } = world.of(id)
    if (row.status !== 'open') return
    world.customerSays(id, `${world.question(step)} (${newId().slice(0, 4)})`)
    if (row.owner.kind === 'assistant') void speak(world, id, step)
    if (row.owner.kind === 'queue' && step % 3 === 0) world.takeOver(id, 'priya')
  }, 5_000)
  return () => clearInterval(timer)
}

async function speak(world: FakeWorld, id: string, step: number): Promise<void> {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const epoch = world.of(id).row.ownerEpoch
  const { text, claims } = answerAbout(step % 8)
  const route = { intent: 'property', specialist: 'property', confidence: 0.94 } as const
  world.turn(id, { turn: step, status: 'routing' })
  await wait(700)
  for (let length = 20; length < text.length; length += 14) {
    if (world.of(id).row.ownerEpoch !== epoch) return
    world.turn(id, { turn: step, status: 'answering', route, text: text.slice(0, length) })
    await wait(120)
  }
  world.turn(id, { turn: step, status: 'checking', route, text, claims, confidence: 0.91 })
  await wait(500)
  if (step % 6 === 0) world.handOff(id, 'negotiation', 'Wants a better price than listed.')
  else world.answer(id, step % 8, epoch)
}
