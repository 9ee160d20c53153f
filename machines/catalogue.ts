import { conversation } from './conversation.ts'
import type { Hosted } from './hosted.ts'

/** Every machine the host runs, one a kind. */
export const catalogue: readonly Hosted[] = [conversation]
