/** Why a store refused. The code decides what happens, the message is for a person and says what to do. */
export type StorageErrorCode =
  | 'data-folder-in-use'
  | 'data-folder-newer'
  | 'journal-corrupt'
  | 'documents-corrupt'
  | 'store-corrupt'
  | 'disk-full'
  | 'store-closed'
  | 'store-unavailable'
  | 'store-unsuitable'
  | 'store-unauthorized'
  | 'document-refused'
  | 'write-outdated'
  | 'cursor-refused'
  | 'group-refused'
  | 'message-refused'
  | 'file-refused'

/** `now`: at once; `later`: once the cause has gone; `never`: the same call would be refused again. */
export type StorageRetry = 'never' | 'later' | 'now'

const retryOf: { readonly [code in StorageErrorCode]: StorageRetry } = {
  'data-folder-in-use': 'later',
  'data-folder-newer': 'never',
  'journal-corrupt': 'never',
  'documents-corrupt': 'never',
  'store-corrupt': 'never',
  'disk-full': 'later',
  'store-closed': 'never',
  'store-unavailable': 'later',
  'store-unsuitable': 'never',
  'store-unauthorized': 'never',
  'document-refused': 'never',
  'write-outdated': 'later',
  'cursor-refused': 'never',
  'group-refused': 'never',
  'message-refused': 'never',
  'file-refused': 'never',
}

/** The error every storage adapter rejects with, whatever lies beneath it; the cause is kept. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageErrorCode
  readonly retry: StorageRetry

  constructor(code: StorageErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.retry = retryOf[code]
  }
}
