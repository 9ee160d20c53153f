import type { VisitCard } from './cards.ts'

/** An iCalendar file (RFC 5545) for a visit: UTC times, escaped text, lines folded at 75 octets. `stampAtMs` is when it is made. */
export function calendarFile(visit: VisitCard, stampAtMs: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//FineAcers//Widget//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${escapeText(visit.meetingId)}@fineacers`,
    `DTSTAMP:${utc(stampAtMs)}`,
    `DTSTART:${utc(visit.startAtMs)}`,
    `DTEND:${utc(visit.startAtMs + visit.durationMs)}`,
    `SUMMARY:${escapeText(visit.title)}`,
    `LOCATION:${escapeText(visit.place)}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${fold(line)}\r\n`).join('')
}

function utc(atMs: number): string {
  return new Date(atMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\;,]/g, String.raw`\$&`).replaceAll(/\r\n|\r|\n/g, String.raw`\n`)
}

/** Folds between characters, never inside one: 75 octets at most, and the space of a continuation counts. */
function fold(line: string): string {
  const encoder = new TextEncoder()
  let folded = ''
  let octets = 0
  for (const character of line) {
    const size = encoder.encode(character).length
    if (octets + size > 75) {
      folded += '\r\n '
      octets = 1
    }
    folded += character
    octets += size
  }
  return folded
}
