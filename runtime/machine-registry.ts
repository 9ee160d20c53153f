import { RuntimeError } from './errors.ts'
import type { HostedMachine } from './runtime.ts'
import { prepareMachine, type Steppable } from './step.ts'

/** The machines a runtime hosts. An actor is run by the version that made it; a new one by the newest of its kind. */
export interface MachineRegistry {
  named(name: string): Steppable | undefined
  newest(kind: string): Steppable | undefined
}

/**
 * Prepares all machines. Throws `bad-machine`, or `no-handler` naming the machine and the work nobody handles; without `handlers`
 * nobody is asked, for a process that only replays.
 */
export function createMachineRegistry(
  machines: readonly HostedMachine[],
  handlers?: { readonly [name: string]: unknown },
): MachineRegistry {
  const byName = new Map<string, Steppable>()
  const byKind = new Map<string, Steppable>()
  for (const hosted of machines) {
    const machine = prepareMachine(hosted)
    if (byName.has(machine.name)) throw new RuntimeError('bad-machine', `${machine.name} is given twice`)
    const missing = handlers && machine.asks.find((name) => !Object.hasOwn(handlers, name))
    if (missing !== undefined) throw new RuntimeError('no-handler', `${machine.name} asks for "${missing}"`)
    byName.set(machine.name, machine)
    const known = byKind.get(machine.kind)
    if (known === undefined || known.version < machine.version) byKind.set(machine.kind, machine)
  }
  return { named: (name) => byName.get(name), newest: (kind) => byKind.get(kind) }
}
