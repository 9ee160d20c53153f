import { describe, expect, it } from 'vitest'
import { answerRows, coordinatesIn, fits, isFlowId, isScreen, offersOf, webAddress } from './offer-form.ts'

const whitefield = { latitude: 12.9698, longitude: 77.75 }

function view(channel: string, phone?: string): Parameters<typeof offersOf>[0] {
  const reached = [{ channel: 'whatsapp', account: '1', userId: 'ES.1', ...(phone === undefined ? {} : { phone }) }]
  const row = { channel } as Parameters<typeof offersOf>[0]['row']
  return { row, marks: { reactions: [], revoked: [], reached } }
}

describe('what is typed into the dialogs', () => {
  it('is offered where the channel has it, and a number is asked for only when there is none', () => {
    expect(offersOf(view('whatsapp'))).toContain('contact-request')
    expect(offersOf(view('whatsapp', '34600111222'))).not.toContain('contact-request')
    const lead = { profile: { phone: '+34600111222' } } as NonNullable<Parameters<typeof offersOf>[0]['lead']>
    expect(offersOf({ ...view('whatsapp'), lead })).not.toContain('contact-request')
    expect(offersOf(view('web'))).toEqual(['location', 'link'])
  })

  it.each([
    '12.9698, 77.75',
    ' 12.9698 77.75 ',
    'https://www.openstreetmap.org/?mlat=12.9698&mlon=77.75#map=16/1/2',
    'https://www.google.com/maps/@12.9698,77.75,17z',
    'https://www.google.com/maps/place/Palm+Grove/@1.5,2.5,17z/data=!3m1!4b1!4m5!3d12.9698!4d77.75',
    'https://maps.google.com/?q=12.9698,77.75',
    'https://maps.apple.com/?ll=12.9698%2C77.75',
  ])('a place is read from %s', (text) => {
    expect(coordinatesIn(text)).toEqual(whitefield)
  })

  it.each(['', 'Whitefield', '12.9', '91, 10', '10, 181', 'https://example.com/12.9,77.7', '12.97, 77.75, 3'])(
    'there is no place in %s',
    (text) => {
      expect(coordinatesIn(text)).toBeUndefined()
    },
  )

  it('is a web address with or without its beginning, and nothing that only looks like one', () => {
    expect(webAddress('example.com/b/88')).toBe('https://example.com/b/88')
    expect(webAddress('http://example.com')).toBe('http://example.com')
    for (const wrong of ['', 'brochure', 'javascript:alert(1)', 'https://', `https://a.in/${'x'.repeat(2000)}`]) {
      expect(webAddress(wrong)).toBeUndefined()
    }
  })

  it('is a form by number, with a screen that has a name or none', () => {
    expect([isFlowId(' 1197715005513101 '), isFlowId('visit'), isFlowId('')]).toEqual([true, false, false])
    expect([isScreen(''), isScreen('FIRST_NAME'), isScreen('two words')]).toEqual([true, true, false])
  })

  it('fits when it is not empty and not too long', () => {
    expect([fits('  ', 20), fits('x'.repeat(20), 20), fits('x'.repeat(21), 20)]).toEqual([false, true, false])
  })
})

describe('the answers of a form', () => {
  it('are read without our token, and without the builder’s counters', () => {
    const answers = {
      flow_token: 'm1',
      screen_0_Full_name_0: 'Ana Ruiz',
      rating: '0_Excellent',
      floors: '["0_Ground","2_Second_floor"]',
      when: '2026-12-01',
    }
    expect(answerRows(answers)).toEqual([
      ['Full name', 'Ana Ruiz'],
      ['Rating', 'Excellent'],
      ['Floors', 'Ground, Second floor'],
      ['When', '2026-12-01'],
    ])
  })
})
