import type { WorkspaceConfig } from '#gateway/config.ts'
import type { Config } from './config.ts'

/** What the sample workspace shows its customers. */
export function workspaceConfig(config: Config): WorkspaceConfig {
  return {
    brand: {
      name: 'Acre & Oak Homes',
      assistantName: 'Oak',
      greeting:
        'Hello! I am Oak, the assistant of Acre & Oak Homes. Tell me what you are looking for, or ask for a person at any time.',
      questions: [
        '3 BHK in Whitefield under 1.2 crore',
        '2 BHK chahiye 80 lakh ke andar',
        'What is the EMI on 80 lakh?',
      ],
      accent: '#0b5d7a',
    },
    timeZone: config.timeZone,
    team: 'sales',
    capacity: 5,
  }
}
