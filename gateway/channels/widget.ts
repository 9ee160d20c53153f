import type { GatewayChannel } from '../deliver.ts'

/**
 * The web widget. Its transcript is the delivery: what is committed reaches every open tab as a frame, in order, and a closed one by
 * `resume` when it opens again. So there is nothing to send, and nothing a repeat could double.
 */
export function createWidgetChannel(): GatewayChannel {
  return {
    name: 'widget',
    showsTranscript: true,
    async send() {
      return { status: 'accepted' }
    },
  }
}
