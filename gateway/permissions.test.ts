import { describe, expect, it } from 'vitest'
import { commandRoles, mayCommand, mayOverrule, mayUse, routeRoles, type ProtectedRoute } from './permissions.ts'
import type { Role, StaffCommand } from './protocol.ts'

const roles: readonly Role[] = ['admin', 'manager', 'sales-agent']

/** What each role is denied, written down a second time so that a change of the table is a decision. */
const denied: { readonly [role in Role]: readonly StaffCommand['type'][] } = {
  admin: [],
  manager: ['dead-letter.replay', 'dead-letter.discard'],
  'sales-agent': [
    'canned.save',
    'canned.delete',
    'funnel.open',
    'funnel.leave',
    'dead-letter.list',
    'dead-letter.replay',
    'dead-letter.discard',
    'lead-event.list',
    'lead-event.replay',
    'lead-event.discard',
    'contact.separate',
    'lead.separate',
    'lead.join',
  ],
}

const deniedRoutes: { readonly [role in Role]: readonly ProtectedRoute[] } = {
  admin: [],
  manager: [
    'members.invite',
    'members.remove',
    'tokens.list',
    'tokens.make',
    'tokens.revoke',
    'connections.list',
    'connections.change',
    'connections.check',
    'spend.limit',
  ],
  'sales-agent': [
    'members.invite',
    'members.remove',
    'tokens.list',
    'tokens.make',
    'tokens.revoke',
    'connections.list',
    'connections.change',
    'connections.check',
    'forecasts.read',
    'forecasts.run',
    'imports.read',
    'imports.run',
    'leads.join',
    'spend.read',
    'spend.limit',
  ],
}

describe('who may do what', () => {
  for (const role of roles) {
    it(`every command as ${role}`, () => {
      const refused = Object.keys(commandRoles).filter((each) => !mayCommand(role, each as StaffCommand['type']))
      expect(refused.sort()).toEqual([...denied[role]].sort())
    })

    it(`every route as ${role}`, () => {
      const refused = Object.keys(routeRoles).filter((each) => !mayUse(role, each as ProtectedRoute))
      expect(refused.sort()).toEqual([...deniedRoutes[role]].sort())
    })
  }

  it('only admin and manager overrule a colleague', () => {
    expect(roles.filter(mayOverrule)).toEqual(['admin', 'manager'])
  })
})
