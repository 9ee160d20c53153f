import { JetStreamApiError } from '@nats-io/jetstream'
import { StorageError } from '../../ports/storage-error.ts'

/** What a stream answers to a publish. */
export interface ApiAnswer {
  readonly seq?: number
  readonly error?: ApiProblem
}

export interface ApiProblem {
  readonly code: number
  readonly err_code?: number
  readonly description?: string
}

const wrongRevision: readonly number[] = [10071, 10164]
/** A resource of the server or a limit of the account is used up, or its disk is full. */
const noRoom: readonly number[] = [10002, 10023, 10028, 10047, 10077, 10122]
const noSuchMessage: readonly number[] = [10037, 10043, 10057]
const replicasNeedCluster = 10074

/** The `err_code` of a refusal of the server's. */
export function apiCode(error: unknown): number | undefined {
  return error instanceof JetStreamApiError ? error.code : undefined
}

/** What was to be deleted has been, or was replaced. */
export function isNoSuchMessage(error: unknown): boolean {
  return noSuchMessage.includes(apiCode(error) ?? 0)
}

export function isWrongRevision(problem: ApiProblem): boolean {
  return wrongRevision.includes(problem.err_code ?? 0)
}

/** A refusal of the server's as the port's error. */
export function asRefusal(problem: ApiProblem, what: string): StorageError {
  const { code, err_code: errCode = 0, description = 'an unnamed error' } = problem
  const said = `${what}: ${description} (${errCode})`
  if (noRoom.includes(errCode)) return new StorageError('disk-full', `${said}. Give JetStream more storage`)
  if (errCode === replicasNeedCluster)
    return new StorageError('store-unsuitable', `${said}. Three replicas need a cluster of three servers`)
  if (code === 429 || code >= 500 || code === 408) return new StorageError('store-unavailable', said)
  return new StorageError('store-unsuitable', said)
}

/** Any error of the client's as the port's, the cause kept. */
export function asBucketError(error: unknown, what: string): StorageError {
  if (error instanceof StorageError) return error
  if (error instanceof JetStreamApiError) return asRefusal(error.apiError(), what)
  const reason = error instanceof Error ? error.message : String(error)
  return new StorageError('store-unavailable', `${what}: ${reason}`, error)
}
