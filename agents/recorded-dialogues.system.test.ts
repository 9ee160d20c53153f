import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Chat, openHouse } from './testing/house.ts'

const file = '../shared/data/sgd-homes/homes_dev.jsonl'
const absent = !existsSync(file)
if (absent) process.stderr.write('skipped: ../shared/data/sgd-homes is absent\n')
const schema = z.object({ turns: z.array(z.object({ speaker: z.string(), utterance: z.string() })) })

describe.skipIf(absent)('strangers’ dialogues about homes we do not have', () => {
  it('every message of 349 dialogues ends in an answer or a hand-off with a reason, and no figure is ever unbound', async () => {
    const house = await openHouse()
    const dialogues = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => schema.parse(JSON.parse(line)))
    const count = { answered: 0, handedOff: 0 }
    for (const [index, { turns }] of dialogues.entries()) {
      const chat = new Chat(house, { conversation: `acme/conversation/r${index}`, timeZone: 'America/Los_Angeles' })
      for (const { utterance } of turns.filter((turn) => turn.speaker === 'USER')) {
        const played = await chat.says(utterance)
        expect(played.verdict?.problems.filter((each) => !each.startsWith('confidence')) ?? []).toEqual([])
        const reason = played.route.handOff ?? played.verdict?.reason ?? played.draft?.handOff?.reason
        expect(played.reply ?? reason, utterance).toBeDefined()
        count[reason === undefined ? 'answered' : 'handedOff'] += 1
        if (reason !== undefined) break
      }
    }
    expect(dialogues).toHaveLength(349)
    expect(count.answered / (count.answered + count.handedOff)).toBeGreaterThan(0.9)
    await house.close()
  }, 240_000)
})
