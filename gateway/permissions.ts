import type { Role, StaffCommand } from './protocol.ts'

const everyone = ['admin', 'manager', 'sales-agent'] as const
const leaders = ['admin', 'manager'] as const
const admins = ['admin'] as const

/** Who may give which command. Every command is here or does not compile; `permissions.test.ts` tries each with each role. */
export const commandRoles: { readonly [command in StaffCommand['type']]: readonly Role[] } = {
  'inbox.open': everyone,
  'inbox.page': everyone,
  'conversation.open': everyone,
  'conversation.leave': everyone,
  'conversation.typing': everyone,
  'conversation.read': everyone,
  'take-over': everyone,
  'message.send': everyone,
  'message.react': everyone,
  'template.list': everyone,
  'form.list': everyone,
  'place.search': everyone,
  'note.add': everyone,
  'guidance.give': everyone,
  'hand-back': everyone,
  'hand-to-team': everyone,
  assign: everyone,
  snooze: everyone,
  close: everyone,
  reopen: everyone,
  'lead.stage': everyone,
  'lead.repair': everyone,
  'contact.separate': leaders,
  'lead.separate': leaders,
  'lead.join': leaders,
  'lead.list': everyone,
  'lead.leave': everyone,
  'lead.get': everyone,
  'meeting.set': everyone,
  'presence.set': everyone,
  'members.list': everyone,
  'canned.list': everyone,
  'canned.save': leaders,
  'canned.delete': leaders,
  'listing.search': everyone,
  'funnel.open': leaders,
  'funnel.leave': leaders,
  'actor.list': everyone,
  'actor.open': everyone,
  'actor.leave': everyone,
  'actor.history': everyone,
  'dead-letter.list': leaders,
  'dead-letter.replay': admins,
  'dead-letter.discard': admins,
  'lead-event.list': leaders,
  'lead-event.replay': leaders,
  'lead-event.discard': leaders,
}

/** HTTP routes behind a sign-in. */
export const routeRoles = {
  'members.list': everyone,
  'members.invite': admins,
  'members.remove': admins,
  'tokens.list': admins,
  'tokens.make': admins,
  'tokens.revoke': admins,
  'connections.list': admins,
  'connections.change': admins,
  'connections.check': admins,
  'outgoing.read': everyone,
  'leads.join': leaders,
  'files.read': everyone,
  'files.add': everyone,
  'templates.list': everyone,
  'forecasts.read': leaders,
  'forecasts.run': leaders,
  'spend.read': leaders,
  'spend.limit': admins,
  'imports.read': leaders,
  'imports.run': leaders,
  'password.set': everyone,
} as const satisfies { readonly [route: string]: readonly Role[] }

export type ProtectedRoute = keyof typeof routeRoles

/** Acts on what another member holds; only these roles may. */
export const overrulingRoles: readonly Role[] = leaders

/** Whether a role may give a command at all. */
export function mayCommand(role: Role, command: StaffCommand['type']): boolean {
  return commandRoles[command].includes(role)
}

/** Whether a role may use a route. */
export function mayUse(role: Role, route: ProtectedRoute): boolean {
  const roles: readonly Role[] = routeRoles[route]
  return roles.includes(role)
}

/** Whether a role may take from, or assign over the head of, another member. */
export function mayOverrule(role: Role): boolean {
  return overrulingRoles.includes(role)
}
