/** English words for Facebook Pages on the channels page. */
export const enPages = {
  'pages.title': 'Facebook and Instagram leads',
  'pages.hint':
    'Forms of your lead ads become leads with their consent, and so does whoever comments on your Page or writes to it.',
  'pages.add': 'Connect a Page',
  'pages.id': 'Page ID',
  'pages.id-hint': 'From the Page’s settings › About: digits.',
  'pages.token': 'Page access token',
  'pages.token-hint': 'Of a system user, with leads_retrieval and pages_manage_metadata.',
  'pages.secret': 'App secret (optional)',
  'pages.secret-hint': 'Leave it empty when the app is that of your WhatsApp number.',
  'pages.forms': 'Form IDs (optional)',
  'pages.forms-hint': 'Where leads are looked for whose notice was lost. All forms of the Page when empty.',
  'pages.consents': 'What ticked boxes agree to (optional)',
  'pages.consents-hint':
    'A line for each box: its key, a colon, and whatsapp, email or sms. A box that is not named here counts for the channel its key names.',
  'pages.webhook-hint':
    'Subscribe has Meta tell your app of this Page, and your app this server. Or put both into the webhooks of your app, for the object Page.',
  'pages.remove-sure': 'Its secrets are deleted, and what Meta sends for it is refused. Leads stay.',
  'pages.check.token': 'Access token',
  'pages.check.permissions': 'Permissions',
  'pages.check.webhook': 'Webhook',
  'pages.check.subscription': 'Subscription',
  'pages.check.sweep': 'Lost leads',
  'pages.check.signature': 'Signature',
} as const
