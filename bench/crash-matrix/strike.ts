import type { Cell } from './boundaries.ts'
import type { Crowd } from './crowd.ts'
import type { NodeProcess, Noticed } from './node-process.ts'
import { untilNothing, Waited, within } from './patience.ts'
import type { About } from './protocol.ts'
import type { Tally } from './tally.ts'
import type { Network, World } from './world.ts'

/** What a strike may do. The first node stands at its boundary, the second has nothing to do yet. */
export interface Scene {
  readonly run: { readonly occurrence: number }
  readonly cell: Cell
  readonly world: World
  readonly first: NodeProcess
  readonly second: NodeProcess
  readonly crowd: Crowd
  readonly tally: Tally
  /** What is being sent. */
  readonly playing: Promise<void>
  /** The second takes everything over, and is sent to. */
  takeOver(): Promise<void>
  /** Another round, behind what is being sent. */
  playOn(): Promise<void>
  /** The first serves, started again where its start failed. */
  firstServes(): Promise<void>
}

/** Strikes, and answers which node serves from then on. Throws `Waited` when a node does not find its way back. */
export async function strike(scene: Scene, about: About): Promise<NodeProcess> {
  switch (scene.cell.fault) {
    case 'kill':
      return kill(scene)
    case 'pause':
      return scene.world.place.kind === 'sqlite' ? pauseAlone(scene) : pause(scene)
    case 'cut':
      // Alternately somebody else takes over, or the same goes on when it can.
      return scene.run.occurrence % 2 === 1 ? cutOff(scene) : cutAlone(scene)
    case 'lost-ack':
      return strikesByNetwork(scene.cell) ? loseAnswer(scene, about) : loseOwnAnswer(scene)
  }
}

/** Whether the fault is one of the network between the node and its journal. */
export function strikesByNetwork({ journal, boundary, fault }: Cell): boolean {
  if (journal === 'sqlite') return false
  return fault === 'cut' || (fault === 'lost-ack' && boundary !== 'effect.after')
}

async function kill(scene: Scene): Promise<NodeProcess> {
  await Promise.all([scene.first.kill(), leaderDies(scene)])
  scene.tally.kills += 1
  await scene.takeOver()
  return scene.second
}

/** The second works while the first stands still; woken, the first goes on where it stood, and has to be refused. */
async function pause(scene: Scene): Promise<NodeProcess> {
  const { first, second, tally } = scene
  first.pause()
  try {
    // It is in its pipe when it wakes.
    first.go(false)
    await leaderDies(scene)
    tally.pauses += 1
    await scene.takeOver()
    await scene.playOn()
    await untilNothing('the new owner to handle what came', async () => (await second.look()).waiting)
  } finally {
    first.resume()
  }
  await formerFindsOut(scene, scene.cell.boundary === 'claim.before' ? 'claims' : 'is refused')
  return second
}

/** A second process can't have the folder while the first stands still; woken, the first goes on. */
async function pauseAlone({ first, second, world, tally }: Scene): Promise<NodeProcess> {
  first.pause()
  first.go(false)
  tally.pauses += 1
  const job = { node: 'second', journal: world.place, outside: world.outside, owned: [], timeoutMs: 1000 }
  const started = await within('a second process to be refused', second.start(job))
  first.resume()
  if (started.status !== 'refused' || started.code !== 'data-folder-in-use')
    throw new Waited(`a second process opened the folder of a paused one: ${JSON.stringify(started)}`)
  tally.foldersRefused += 1
  return first
}

/** The second works while the first reaches nothing; what the first has on the wire arrives when the network is back. */
async function cutOff(scene: Scene): Promise<NodeProcess> {
  const { first, second, tally } = scene
  const network = networkOf(scene)
  network.cut()
  first.go(false)
  await leaderDies(scene)
  tally.cuts += 1
  await scene.takeOver()
  await scene.playOn()
  await untilNothing('the new owner to handle what came', async () => (await second.look()).waiting)
  network.heal()
  await formerFindsOut(scene, 'claims')
  return second
}

/** Nobody takes over: the first has to find its way back by itself. */
async function cutAlone(scene: Scene): Promise<NodeProcess> {
  const { first, tally } = scene
  const network = networkOf(scene)
  const before = first.noticed.failed
  network.cut()
  first.go(false)
  await leaderDies(scene)
  tally.cuts += 1
  const played = scene.playOn()
  played.catch(() => {})
  await within(
    'the node to notice',
    first.until(({ failed }) => failed > before),
  )
  network.healAnew()
  await scene.firstServes()
  await played
  return first
}

/** The write is made and its answer held back; the connections break when it is seen in the stream. */
async function loseAnswer(scene: Scene, about: About): Promise<NodeProcess> {
  const { first, tally } = scene
  const network = networkOf(scene)
  const written = await network.watchWrite(about)
  network.stallReplies()
  first.go(false)
  await untilNothing('the write to be in the stream', async () =>
    (await written().catch(() => false)) ? undefined : 'it is not there',
  )
  tally.lostAcknowledgements += 1
  await leaderDies(scene)
  network.healAnew()
  await scene.firstServes()
  return first
}

/** Where there is no network in between: the call does its work and throws. */
async function loseOwnAnswer(scene: Scene): Promise<NodeProcess> {
  scene.first.go(true)
  scene.tally.lostAcknowledgements += 1
  await leaderDies(scene)
  await scene.firstServes()
  return scene.first
}

/**
 * The former owner still believes: it tries to commit and `is refused`, or at most `claims` before it knows. Only then it is told, as by a
 * membership it has asked, that it owns nothing any more. One that has waited too long for an answer claims anew, as it should.
 */
async function formerFindsOut(scene: Scene, how: 'is refused' | 'claims'): Promise<void> {
  const { first, tally } = scene
  const before = first.noticed
  const isRefused = ({ refused }: Noticed): boolean => refused > before.refused
  const claims = ({ claimed, failed }: Noticed): boolean =>
    claimed > before.claimed && (how === 'claims' || failed > before.failed)
  const found = first.until((noticed) => isRefused(noticed) || claims(noticed))
  await within(`the former owner to find out (${how})`, Promise.all([found, scene.firstServes()]))
  if (how === 'is refused' && !isRefused(first.noticed)) tally.claimedAnew += 1
  first.own([])
}

async function leaderDies({ world, tally }: Scene): Promise<void> {
  if (world.killLeader === undefined) return
  await world.killLeader()
  tally.leadersKilled += 1
}

function networkOf({ world }: Scene): Network {
  if (world.network === undefined) throw new TypeError('there is no network')
  return world.network
}
