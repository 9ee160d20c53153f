import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, settingNames } from './config.ts'

const page = readFileSync(resolve(import.meta.dirname, 'README.md'), 'utf8')

describe('the settings', () => {
  it('have defaults that need no environment', () => {
    expect(readConfig({})).toEqual({
      dataFolder: resolve('data'),
      host: '127.0.0.1',
      port: 4600,
      workspace: 'demo',
      timeZone: 'Asia/Kolkata',
      logLevel: 'warn',
      build: true,
      sample: true,
    })
  })

  it('count an empty variable as not set', () => {
    expect(readConfig({ PORT: '', OPENAI_API_KEY: ' ', FINEACERS_PUBLIC_URL: '' })).toEqual(readConfig({}))
  })

  it('take everything from the environment', () => {
    const config = readConfig({
      PORT: '0',
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1',
      FINEACERS_PUBLIC_URL: 'https://homes.example',
      FINEACERS_VISITORS_PER_MINUTE: '5',
      FINEACERS_SAMPLE: 'no',
    })
    expect(config).toMatchObject({ port: 0, sample: false, publicUrl: 'https://homes.example', visitorsPerMinute: 5 })
    expect(config.openAi).toEqual({ apiKey: 'key', baseUrl: 'http://127.0.0.1:8080/v1', model: 'gpt-4.1-mini' })
  })

  it.each([
    ['PORT', '99999'],
    ['PORT', 'http'],
    ['FINEACERS_WORKSPACE', 'Not So'],
    ['FINEACERS_TIME_ZONE', 'Nowhere/Land'],
    ['FINEACERS_PUBLIC_URL', 'homes.example'],
    ['FINEACERS_BUILD', 'true'],
    ['FINEACERS_VISITORS_PER_MINUTE', '0'],
    ['LOG_LEVEL', 'loud'],
    ['OPENAI_BASE_URL', 'file:///etc'],
  ])('name %s when it is %s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`  ${name}: `)
  })

  it('are all named at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(/PORT[\s\S]*LOG_LEVEL/)
  })

  it('stand in the README with their defaults, and no others do', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)].map(([, name, byDefault]) => [name, byDefault])
    const known = settingNames().map(({ name, byDefault }) => [
      name,
      byDefault === undefined ? '–' : `\`${JSON.stringify(byDefault).replaceAll('"', '')}\``,
    ])
    expect(rows).toEqual(known)
  })
})
