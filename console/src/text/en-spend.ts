/** English words for what messages cost. */
export const enSpend = {
  'spend.title': 'What messages cost',
  'spend.hint':
    'This month, by the prices of your contracts. Answers to customers always go out and are counted; other messages wait when the limit is reached.',
  'spend.assumed':
    'Nobody has set your prices yet: the amounts are assumed. The setting FINEACERS_PRICES on the server takes those of your contract.',
  'spend.of-limit': '{{spent}} of {{limit}}',
  'spend.no-limit': '{{spent}}, no limit',
  'spend.reserved': '{{amount}} on its way',
  'spend.share': 'Share of the limit that is spent',
  'spend.holding': 'Messages wait because the limit is reached. Raise it, or they go out when the month turns.',
  'spend.nearly': 'More than four fifths of the limit are spent.',
  'spend.none': 'No message has cost anything this month.',
  'spend.channel': 'Channel',
  'spend.category': 'Kind',
  'spend.messages': 'Messages',
  'spend.cost': 'Cost',
  'spend.category.service': 'Answers',
  'spend.category.utility': 'About a visit or request',
  'spend.category.marketing': 'Marketing',
  'spend.change': 'Change limit',
  'spend.limit': 'Limit a month, in {{currency}}',
  'spend.limit-hint': 'Empty for no limit. It counts at once, and stays for the months to come.',
  'spend.limit-wrong': 'Give an amount such as 5000, or leave it empty.',
} as const
