type Rgb = readonly [number, number, number]

/** Accent colours that pass contrast AA (4.5:1), whatever a workspace chose. */
export interface AccentColours {
  /** Background of buttons and own bubbles. */
  readonly fill: string
  /** Text on `fill`. */
  readonly onFill: string
  /** Accent as text on the panel's background. */
  readonly text: string
}

const white: Rgb = [255, 255, 255]
const ink: Rgb = [17, 20, 24]
const surfaces = { light: [243, 244, 246], dark: [35, 38, 44] } as const satisfies Record<string, Rgb>

/** Derives readable colours from `#rgb` or `#rrggbb`; anything else counts as `fallback`. */
export function accentColours(accent: string, scheme: 'light' | 'dark', fallback: string): AccentColours {
  const base = parseHex(accent) ?? parseHex(fallback) ?? ink
  const onFill = contrast(base, white) >= 4.5 ? white : contrast(base, ink) >= 4.5 ? ink : white
  const fill = towards(base, onFill === white ? ink : white, onFill)
  const text = towards(base, scheme === 'light' ? ink : white, surfaces[scheme])
  return { fill: toHex(fill), onFill: toHex(onFill), text: toHex(text) }
}

/** Mixes `colour` towards `end` until it stands 4.5:1 against `against`. */
function towards(colour: Rgb, end: Rgb, against: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, end, share)
    if (contrast(mixed, against) >= 4.5) return mixed
  }
  return end
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share)
  return [at(0), at(1), at(2)]
}

/** Contrast ratio of WCAG 2.2. */
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function parseHex(text: string): Rgb | undefined {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(text)
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text)
  const parts = long?.slice(1) ?? short?.slice(1).map((digit) => digit + digit)
  if (parts === undefined) return undefined
  const [red = 0, green = 0, blue = 0] = parts.map((part) => Number.parseInt(part, 16))
  return [red, green, blue]
}

function toHex(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
