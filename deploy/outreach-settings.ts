import { z } from 'zod'
import type { OutreachSettings } from '#machines/outreach-contract.ts'

const minuteOf = (hours: string, minutes: string): number => Number(hours) * 60 + Number(minutes)

/** When no marketing goes out, in the recipient's zone: `21:00-09:00`. */
export const quietHoursSetting = z
  .string()
  .regex(
    /^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/u,
    'has to be two times of the day, such as 21:00-09:00',
  )
  .transform((text) => {
    const [from = '', fromMinutes = '', to = '', toMinutes = ''] = text.split(/[:-]/u)
    return { quietFromMinute: minuteOf(from, fromMinutes), quietToMinute: minuteOf(to, toMinutes) }
  })

const capNames = { whatsapp: 'whatsappCap', email: 'emailCap', sms: 'smsCap', all: 'marketingCap' } as const

/** Marketing messages a person gets a week at most, by channel and over all: `whatsapp=1,email=2,sms=1,all=3`. What is not named stays as it is. */
export const capsSetting = z
  .string()
  .regex(
    /^(?:(?:whatsapp|email|sms|all)=\d{1,2})(?:,(?:whatsapp|email|sms|all)=\d{1,2})*$/u,
    'has to be numbers a week, such as whatsapp=1,email=2,sms=1,all=3',
  )
  .transform((text): Partial<OutreachSettings> => {
    const caps = text.split(',').map((each) => each.split('='))
    return Object.fromEntries(
      Object.entries(capNames).flatMap(([name, setting]) => {
        const found = caps.find(([named]) => named === name)?.[1]
        return found === undefined ? [] : [[setting, Number(found)]]
      }),
    )
  })
