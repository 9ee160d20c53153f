import { seededRandom, type Random } from './random.ts'

/** What the drawing depends on. */
export interface PictureSubject {
  readonly id: string
  readonly propertyType: string
  readonly bedrooms?: number
  readonly title?: string
}

interface Palette {
  readonly sky: readonly [string, string]
  readonly wall: string
  readonly shade: string
  readonly trim: string
  readonly glass: string
  readonly lit: string
  readonly leaf: string
  readonly ground: string
}

const palettes: readonly Palette[] = [
  {
    sky: ['#dfe9f3', '#f7f3ea'],
    wall: '#f1ece3',
    shade: '#d9d0c1',
    trim: '#8a7f6d',
    glass: '#8fa9bd',
    lit: '#f3d9a0',
    leaf: '#7d9a76',
    ground: '#c9c4b5',
  },
  {
    sky: ['#e8e4f1', '#faf1ec'],
    wall: '#e9e2dc',
    shade: '#cfc4bb',
    trim: '#6f6a72',
    glass: '#93a3b8',
    lit: '#f1cf9b',
    leaf: '#6f927f',
    ground: '#c6c0b9',
  },
  {
    sky: ['#d9ecec', '#f6f6ee'],
    wall: '#f6f4ef',
    shade: '#dcd9cf',
    trim: '#5d7a78',
    glass: '#86aab0',
    lit: '#f5dfae',
    leaf: '#6c9a86',
    ground: '#bfc5b8',
  },
  {
    sky: ['#f3e6dc', '#fbf6ee'],
    wall: '#ead8c8',
    shade: '#d3bca8',
    trim: '#94694d',
    glass: '#9bb0ba',
    lit: '#f6dba6',
    leaf: '#8b9b6a',
    ground: '#cdbfae',
  },
  {
    sky: ['#dde3ee', '#f2f1f4'],
    wall: '#dfe2e6',
    shade: '#c4c9d0',
    trim: '#4f5a68',
    glass: '#7f97ad',
    lit: '#efd29a',
    leaf: '#6d8f7d',
    ground: '#b8bcc0',
  },
]

const width = 640
const height = 400
const horizon = 340

/** A façade as SVG text, 640 by 400, the same for the same listing. No script, no external file; the title is escaped. */
export function listingPicture(subject: PictureSubject): string {
  const random = seededRandom(subject.id)
  const palette = random.pick(palettes)
  const home = subject.propertyType === 'villa' || subject.propertyType === 'house' || subject.propertyType === 'plot'
  const body = [
    sky(palette, random),
    skyline(palette, random),
    subject.propertyType === 'plot' ? plot(palette) : home ? villa(palette, random) : tower(palette, random),
    ground(palette),
    trees(palette, random),
  ].join('')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">` +
    `<title>${escapeXml(`Illustration: ${subject.title ?? subject.propertyType}`)}</title>${body}</svg>`
  )
}

function sky(palette: Palette, random: Random): string {
  const sun = random.whole(90, 550)
  // A name of its own, so that several drawings can stand in one page.
  const gradient = `sky-${random.whole(0, 0xffffff).toString(36)}`
  return (
    `<defs><linearGradient id="${gradient}" x2="0" y2="1"><stop stop-color="${palette.sky[0]}"/><stop offset="1" stop-color="${palette.sky[1]}"/></linearGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#${gradient})"/>` +
    `<circle cx="${sun}" cy="${random.whole(60, 120)}" r="34" fill="#fff" opacity=".55"/>`
  )
}

function skyline(palette: Palette, random: Random): string {
  let blocks = ''
  for (let x = -10; x < width;) {
    const blockWidth = random.whole(40, 90)
    const top = random.whole(190, 280)
    blocks += rect({ x, y: top, width: blockWidth, height: horizon - top, fill: palette.shade })
    x += blockWidth + random.whole(2, 26)
  }
  return `<g opacity=".45">${blocks}</g>`
}

function tower(palette: Palette, random: Random): string {
  const floors = random.whole(7, 11)
  const columns = random.whole(4, 6)
  const floorHeight = Math.floor(270 / floors)
  const bay = 46
  const wide = columns * bay + 28
  const left = Math.round((width - wide) / 2) + random.whole(-50, 50)
  const top = horizon - floors * floorHeight - 14
  let parts =
    rect({ x: left, y: top, width: wide, height: horizon - top, fill: palette.wall }) +
    rect({ x: left + wide, y: top + 18, width: 26, height: horizon - top - 18, fill: palette.shade }) +
    rect({ x: left - 4, y: top - 6, width: wide + 8, height: 8, fill: palette.trim })
  const balconies = random.whole(0, columns - 1)
  for (let floor = 0; floor < floors; floor++) {
    for (let column = 0; column < columns; column++) {
      const x = left + 20 + column * bay
      const y = top + 12 + floor * floorHeight
      parts += rect({
        x,
        y,
        width: 24,
        height: floorHeight - 11,
        fill: random.next() < 0.16 ? palette.lit : palette.glass,
      })
      if (column === balconies || column === columns - 1 - balconies)
        parts += rect({ x: x - 5, y: y + floorHeight - 15, width: 34, height: 5, fill: palette.trim })
    }
  }
  const door = left + Math.round(wide / 2) - 16
  return parts + rect({ x: door, y: horizon - 26, width: 32, height: 26, fill: palette.trim })
}

function villa(palette: Palette, random: Random): string {
  const left = 150 + random.whole(-30, 30)
  const wing = random.whole(110, 150)
  const main = 220
  let parts =
    rect({ x: left, y: 200, width: main, height: horizon - 200, fill: palette.wall }) +
    rect({ x: left + main, y: 250, width: wing, height: horizon - 250, fill: palette.shade }) +
    `<path d="M${left - 16} 200 L${left + main / 2} ${random.whole(136, 158)} L${left + main + 16} 200 Z" fill="${palette.trim}"/>` +
    rect({ x: left + main - 4, y: 242, width: wing + 12, height: 8, fill: palette.trim })
  for (const [row, y] of [218, 282].entries()) {
    for (let column = 0; column < 4; column++) {
      if (row === 1 && column === 1) continue
      parts += rect({
        x: left + 18 + column * 52,
        y,
        width: 30,
        height: 34,
        fill: random.next() < 0.25 ? palette.lit : palette.glass,
      })
    }
  }
  parts += rect({ x: left + 72, y: 282, width: 32, height: horizon - 282, fill: palette.trim })
  return parts + rect({ x: left + main + 18, y: 276, width: wing - 36, height: horizon - 276, fill: palette.glass })
}

function plot(palette: Palette): string {
  let fence = ''
  for (let x = 110; x <= 530; x += 30) fence += rect({ x, y: 296, width: 5, height: 46, fill: palette.trim })
  return (
    `<path d="M110 340 L190 280 L450 280 L530 340 Z" fill="${palette.leaf}" opacity=".5"/>` +
    `${fence}${rect({ x: 110, y: 308, width: 425, height: 4, fill: palette.trim })}`
  )
}

function ground(palette: Palette): string {
  return (
    rect({ x: 0, y: horizon, width, height: height - horizon, fill: palette.ground }) +
    rect({ x: 0, y: horizon, width, height: 3, fill: palette.trim, opacity: '.25' })
  )
}

function trees(palette: Palette, random: Random): string {
  let parts = ''
  for (const side of [40, 110, 520, 596]) {
    const x = side + random.whole(-18, 18)
    const size = random.whole(20, 36)
    parts +=
      rect({ x: x - 2, y: horizon - 30, width: 4, height: 32, fill: palette.trim }) +
      `<ellipse cx="${x}" cy="${horizon - 30 - size / 2}" rx="${size * 0.8}" ry="${size}" fill="${palette.leaf}"/>`
  }
  return parts
}

function rect(box: {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly fill: string
  readonly opacity?: string
}): string {
  const opacity = box.opacity === undefined ? '' : ` opacity="${box.opacity}"`
  return `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="${box.fill}"${opacity}/>`
}

function escapeXml(text: string): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
