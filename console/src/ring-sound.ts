/**
 * The bell of a hand-off: two soft notes made on the spot. A browser lets a page sound only after a gesture,
 * so `enable` has to be called from one; before it `ring` does nothing and says so.
 */
export interface RingSound {
  readonly enable: () => void
  readonly ring: () => boolean
}

/** Makes the bell; opens no audio before `enable`. */
export function createRingSound(): RingSound {
  let audio: AudioContext | undefined
  return {
    enable: () => {
      audio ??= new AudioContext()
      void audio.resume()
    },
    ring: () => {
      if (audio === undefined || audio.state !== 'running') return false
      note(audio, 784, 0)
      note(audio, 1046, 0.16)
      return true
    },
  }
}

function note(audio: AudioContext, frequency: number, delaySeconds: number): void {
  const startAt = audio.currentTime + delaySeconds
  const tone = audio.createOscillator()
  const loudness = audio.createGain()
  tone.frequency.value = frequency
  loudness.gain.setValueAtTime(0, startAt)
  loudness.gain.linearRampToValueAtTime(0.18, startAt + 0.02)
  loudness.gain.exponentialRampToValueAtTime(0.001, startAt + 0.5)
  tone.connect(loudness).connect(audio.destination)
  tone.start(startAt)
  tone.stop(startAt + 0.55)
}
