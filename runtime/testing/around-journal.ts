import type { Journal } from '../ports/journal.ts'

/** What happens around each call of a journal; `kind` tells whether it may change something. */
export type Around = <Value>(call: () => Promise<Value>, kind: 'read' | 'write') => Promise<Value>

/** A journal each of whose calls goes through `around`, but for the methods given instead. */
export function aroundJournal(journal: Journal, around: Around, instead: Partial<Journal> = {}): Journal {
  return {
    partitions: journal.partitions,
    append: (events) => around(() => journal.append(events), 'write'),
    claim: (partition, node) => around(() => journal.claim(partition, node), 'write'),
    commit: (group) => around(() => journal.commit(group), 'write'),
    fireTimers: (nowMs, limit) => around(() => journal.fireTimers(nowMs, limit), 'write'),
    settleDeadLetter: (id, settlement) => around(() => journal.settleDeadLetter(id, settlement), 'write'),
    read: (partition, after, limit) => around(() => journal.read(partition, after, limit), 'read'),
    load: (address) => around(() => journal.load(address), 'read'),
    withEffects: (partition, after, limit) => around(() => journal.withEffects(partition, after, limit), 'read'),
    facts: (after, limit, address) => around(() => journal.facts(after, limit, address), 'read'),
    factsEnd: () => around(() => journal.factsEnd(), 'read'),
    history: (address, after, limit) => around(() => journal.history(address, after, limit), 'read'),
    list: (query) => around(() => journal.list(query), 'read'),
    deadLetters: (query) => around(() => journal.deadLetters(query), 'read'),
    deadLetter: (id) => around(() => journal.deadLetter(id), 'read'),
    watch: (listener) => journal.watch(listener),
    close: () => journal.close(),
    ...instead,
  }
}
