/** What messages may cost in a month, and have cost. What each name writes is in `budget-writing.ts`; its promises are M46 to M48. */
import { setup } from 'xstate'
import { budgetDefaults, type BudgetEvent, type BudgetFacts, type BudgetInput } from './budget-contract.ts'
import * as writing from './budget-writing.ts'
import { settled, type Hosted } from './hosted.ts'
import { inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

const base = setup({
  types: {
    context: {} as writing.BudgetContext,
    events: {} as BudgetEvent,
    emitted: {} as Emitted<BudgetFacts>,
    input: {} as BudgetInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    somebodyWaits: ({ context }) => context.waiting.length > 0,
    nobodyWaits: ({ context }) => context.waiting.length === 0,
  },
})

function writes(write: (pen: writing.BudgetPen, event: BudgetEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<writing.BudgetContext, BudgetFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    decide: writes((pen, event) => writing.decide(pen, oneOf(event, ['budget.asked']))),
    settle: writes((pen, event) => writing.settle(pen, oneOf(event, ['budget.settled']))),
    correct: writes((pen, event) => writing.correct(pen, oneOf(event, ['budget.corrected']))),
    limit: writes((pen, event) => writing.limit(pen, oneOf(event, ['budget.limited']))),
  },
})

/** Version 1. */
export const budgetMachine = named.createMachine({
  id: 'budget',
  context: ({ input }) => writing.newBudget(input),
  on: {
    'budget.asked': { actions: 'decide' },
    'budget.settled': { actions: 'settle' },
    'budget.corrected': { actions: 'correct' },
    'budget.limited': { actions: 'limit' },
  },
  initial: 'open',
  states: {
    open: { always: { guard: 'somebodyWaits', target: 'holding' } },
    holding: { always: { guard: 'nobodyWaits', target: 'open' } },
  },
})

/** The budget as the host runs it. Settings come from `settings.budget`. */
export const budget: Hosted = {
  kind: 'budget',
  version: 1,
  title: 'Budget',
  description: 'What messages may cost in a month: what is spent, what is let through, and who waits for more.',
  machine: budgetMachine,
  input: (address, settings) => ({ address, settings: settled(budgetDefaults, settings['budget']) }),
}
