import { createOfflineModels } from '#agents/offline/model.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Models } from '#runtime/ports/models.ts'
import type { Config } from './config.ts'

/** The model that the configuration asks for: an OpenAI-compatible one when there is a key, else the offline one. Its client is loaded only then: it costs half a second of every start. */
export async function chooseModels(
  config: Config,
  house: { readonly clock: Clock; readonly log: Log },
): Promise<Models> {
  const offline = createOfflineModels()
  if (config.openAi === undefined) return offline
  const { createOpenAiModels } = await import('#agents/openai.ts')
  return createOpenAiModels({ ...config.openAi, ...house, fallback: offline })
}
