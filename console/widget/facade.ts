/** A drawn house front for a home without a photo: the same home always looks the same. All lengths are in a 120 × 84 view box. */
export interface Facade {
  readonly sky: number
  readonly wall: number
  readonly left: number
  readonly width: number
  readonly top: number
  readonly windows: readonly {
    readonly x: number
    readonly y: number
    readonly lit: boolean
    readonly balcony: boolean
  }[]
  readonly trees: readonly { readonly x: number; readonly height: number }[]
}

const ground = 76

/** Derives a front from the listing's id. Colours are indexes (0–3) into the style sheet's palette. */
export function drawFacade(id: string): Facade {
  const draw = drawer(id)
  const floors = 4 + draw(4)
  const columns = 3 + draw(3)
  const width = columns * 13 + 5
  const left = 24 + draw(Math.max(1, 72 - width))
  const top = ground - floors * 9 - 5
  const windows = []
  for (let floor = 0; floor < floors; floor += 1) {
    for (let column = 0; column < columns; column += 1) {
      windows.push({
        x: left + 5 + column * 13,
        y: top + 5 + floor * 9,
        lit: draw(5) === 0,
        balcony: (column + floor) % 2 === 0 && draw(3) > 0,
      })
    }
  }
  const trees = [
    { x: left - 9 - draw(5), height: 10 + draw(12) },
    { x: left + width + 8 + draw(6), height: 12 + draw(14) },
  ]
  return { sky: draw(4), wall: draw(4), left, width, top, windows, trees }
}

/** Numbers below a bound, the same for the same seed (FNV-1a, then xorshift32). */
function drawer(seed: string): (bound: number) => number {
  let state = 2_166_136_261
  for (let index = 0; index < seed.length; index += 1) state = Math.imul(state ^ seed.charCodeAt(index), 16_777_619)
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}
