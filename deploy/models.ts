import { createOfflineModels } from '#agents/offline/model.ts'
import { createOpenAiModels } from '#agents/openai.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Models } from '#runtime/ports/models.ts'
import type { Config } from './config.ts'

/** The model that the configuration asks for: an OpenAI-compatible one when there is a key, else the offline one. */
export function chooseModels(config: Config, house: { readonly clock: Clock; readonly log: Log }): Models {
  const offline = createOfflineModels()
  return config.openAi === undefined ? offline : createOpenAiModels({ ...config.openAi, ...house, fallback: offline })
}
