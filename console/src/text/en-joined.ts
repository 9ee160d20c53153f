/** Leads that were joined, and separated again. */
export const enJoined = {
  'joined.title': 'Joined from',
  'joined.apart': 'Kept apart',
  'joined.by.phone': 'Same phone {{key}}, {{day}}',
  'joined.by.email': 'Same email {{key}}, {{day}}',
  'joined.by.visitor': 'Same visitor of the website, {{day}}',
  'joined.by.contact': 'Same contact, {{day}}',
  'joined.by.by-hand': 'Joined by {{who}}, {{day}}',
  'joined.apart-by': 'Separated by {{who}}, {{day}}',
  'joined.separate': 'Separate…',
  'joined.separate-go': 'Separate',
  'joined.join-again': 'Join again',
  'joined.this-lead': 'This lead',
  'joined.the-other': 'The lead it was merged into',
  'joined.dialog': 'Separate {{who}}?',
  'joined.dialog-hint': 'Use it when these are two people. You can join them again.',
  'joined.will.history':
    '{{who}} gets back what came from there: profile, conversations, stage. {{other}} keeps the rest.',
  'joined.will.consents': 'A STOP or a no that either said holds for both. Neither gets the other’s yes.',
  'joined.will.again': 'They are not joined again by themselves, whatever they share.',
  'joined.whose': 'Whose is {{key}}?',
  'joined.whose-hint':
    'New forms and new conversations with it go there. Conversations that are there already stay where they are.',
  'joined.done-separated': '{{who}} is a lead of its own again.',
  'joined.done-joined': 'Joined again.',
} as const
