import { describe, expect, it } from 'vitest'
import { sniffedType, typeOfFile } from './sniff-type.ts'

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10])
const webp = Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')
const mp4 = Buffer.from('\0\0\0\x18ftypisom\0\0', 'latin1')

describe('what a file is by its bytes', () => {
  it.each([
    ['image/jpeg', jpeg],
    ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
    ['image/gif', Buffer.from('GIF89a')],
    ['image/webp', webp],
    ['application/pdf', Buffer.from('%PDF-1.7')],
    ['video/mp4', mp4],
    ['video/3gpp', Buffer.from('\0\0\0\x18ftyp3gp4', 'latin1')],
    ['audio/mp4', Buffer.from('\0\0\0\x18ftypM4A ', 'latin1')],
    ['audio/ogg', Buffer.from('OggS\0\x02', 'latin1')],
    ['audio/mpeg', Buffer.from('ID3\x03', 'latin1')],
    ['audio/mpeg', Buffer.from([0xff, 0xfb, 0x90, 0x64])],
    ['audio/aac', Buffer.from([0xff, 0xf1, 0x50, 0x80])],
    ['audio/amr', Buffer.from('#!AMR\n')],
    ['image/svg+xml', Buffer.from('<?xml version="1.0"?><svg onload="x()">')],
    ['text/html', Buffer.from('  <!DOCTYPE html><script>')],
    [undefined, Buffer.from('hello')],
    [undefined, Buffer.alloc(0)],
  ] as const)('%s', (type, bytes) => expect(sniffedType(bytes)).toBe(type))

  it('goes before what is declared; what could run in a browser is plain bytes, and so is a picture that is none', () => {
    expect(typeOfFile(jpeg, 'image/png')).toBe('image/jpeg')
    expect(typeOfFile(Buffer.from('<svg>'), 'image/jpeg')).toBe('application/octet-stream')
    expect(typeOfFile(Buffer.from('hello'), 'image/svg+xml')).toBe('application/octet-stream')
    expect(typeOfFile(Buffer.from('hello'), 'image/jpeg')).toBe('application/octet-stream')
    expect(typeOfFile(Buffer.from('hello'), 'text/html; charset=utf-8')).toBe('application/octet-stream')
    expect(typeOfFile(Buffer.from('hello'), 'text/plain; charset=utf-8')).toBe('text/plain')
    expect(typeOfFile(Buffer.from('hello'), 'nonsense')).toBe('application/octet-stream')
  })

  it('of what office programs write, it is what is declared', () => {
    const packed = Buffer.from([0x50, 0x4b, 0x03, 0x04])
    const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    expect(typeOfFile(packed, sheet)).toBe(sheet)
    expect(typeOfFile(packed, 'application/pdf')).toBe('application/zip')
  })
})
