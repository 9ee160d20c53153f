import { listingCard } from '#agents/cards.ts'
import type { MeetingEvent } from '#machines/lead-contract.ts'
import type { Listing } from '#rag/listing.ts'
import { GatewayError } from '../errors.ts'
import { listed, whereReadable } from '../patience.ts'
import { limits, type CannedReply, type Card, type LeadView } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import { leadConditions, leadDocuments } from '../read-models/inbox-queries.ts'
import { fromJson, maybe } from '../read-models/shape.ts'
import type { QueueDocument } from '../read-models/team-projection.ts'
import { leadOf } from '../read-models/views.ts'
import { submit } from '../submit.ts'
import { cleanText } from '../text.ts'
import { choosePresence } from './attendance.ts'
import type { CommandOf, Handlers, Scene } from './handlers.ts'
import { joinLeads, knownLead, separateLead } from './joining.ts'
import { queueOf } from './set-available.ts'

/** Leads, meetings and listings. */
export const leadCommands: Handlers<
  | 'lead.list'
  | 'lead.leave'
  | 'lead.get'
  | 'lead.stage'
  | 'lead.repair'
  | 'lead.separate'
  | 'lead.join'
  | 'meeting.set'
  | 'listing.search'
> = {
  async 'lead.list'({ query }, { house, session }) {
    const { workspace } = session.member
    const most = query.search === undefined ? limits.totalMax : limits.searchTotalMax
    const asked = Promise.all([
      house.documents.query(leadDocuments(query, workspace)),
      house.documents.count(collections.leads, leadConditions(query, workspace), most),
    ])
    const [page, total] = await listed(house.clock, asked)
    const totalIs = total < most ? 'exact' : 'at-least'
    const leads = page.documents.map(leadOf)
    session.leadList = query
    if (query.after === undefined) session.shownLeads.clear()
    for (const { lead } of leads) session.showLead(lead)
    return { leads, ...maybe('next', page.next), total, totalIs }
  },

  async 'lead.leave'(_, { session }) {
    session.leadList = undefined
    session.shownLeads.clear()
    return null
  },

  async 'lead.get'({ lead }, scene) {
    const view = await leadAt(scene, lead)
    scene.session.watchLead(view.lead)
    return view
  },

  async 'lead.stage'({ lead, stage, reason }, scene) {
    const { lead: known } = await leadAt(scene, lead)
    const by = scene.session.member.name
    const event = { type: 'stage.set', stage, by, ...maybe('reason', reason) } as const
    await submit(scene.house.runtime, { to: scene.session.address(known, 'lead'), event })
    return null
  },

  async 'lead.repair'({ lead, profile }, scene) {
    const { lead: known } = await leadAt(scene, lead)
    const event = { type: 'lead.repaired', profile, by: scene.session.member.name } as const
    await submit(scene.house.runtime, { to: scene.session.address(known, 'lead'), event })
    return null
  },

  async 'lead.separate'({ lead, keys, reason }, { house, session }) {
    const by = session.member.name
    await separateLead(house, { lead: session.address(lead, 'lead'), keys, by, ...maybe('reason', reason) })
    return null
  },

  async 'lead.join'({ lead, into }, { house, session }) {
    const [of, to] = [session.address(lead, 'lead'), session.address(into, 'lead')]
    await joinLeads(house, { lead: of, into: to, by: session.member.name })
    return null
  },

  async 'meeting.set'(command, { house, session }) {
    const to = session.address(command.meeting, 'meeting')
    if ((await house.runtime.inspect(to)) === undefined) {
      throw new GatewayError('not-found', 'There is no such meeting.')
    }
    await submit(house.runtime, { to, event: meetingEvent(command, session.member.name) })
    return null
  },

  async 'listing.search'({ text }, { house, session }) {
    const asked = house.search.search({ workspace: session.member.workspace, text, limit: 10 })
    const hits = await listed(house.clock, asked)
    return hits.listings.map(cardOf)
  },
}

function meetingEvent({ to, reason }: CommandOf<'meeting.set'>, by: string): MeetingEvent {
  switch (to) {
    case 'confirmed':
      return { type: 'meeting.confirm', by }
    case 'attended':
      return { type: 'meeting.attended', by }
    case 'missed':
      return { type: 'meeting.missed', by }
    case 'cancelled':
      return { type: 'meeting.cancel', by, ...maybe('reason', reason) }
  }
}

function leadAt({ house, session }: Scene, lead: string): Promise<LeadView> {
  return knownLead(house, session.address(lead, 'lead'))
}

/** A listing as the assistant shows it, with its picture. */
function cardOf(listing: Listing): Card {
  return { ...listingCard(listing), photo: `/media/listings/${encodeURIComponent(listing.id)}.svg` }
}

/** Members, their presence, and canned replies. */
export const teamCommands: Handlers<'members.list' | 'presence.set' | 'canned.list' | 'canned.save' | 'canned.delete'> =
  {
    async 'members.list'(_, { house, session }) {
      const { workspace } = session.member
      const [members, queue] = await Promise.all([
        house.accounts.list(workspace),
        // Without read models the team is known, and how busy each is is not.
        whereReadable(house.clock, house.documents.get(collections.queues, queueOf({ house, session }))),
      ])
      const loads = new Map(
        (queue === undefined ? [] : fromJson<QueueDocument>(queue.value).members).map((each) => [each.memberId, each]),
      )
      const standard = house.config.workspaces[workspace]?.capacity ?? 0
      return members.map(({ memberId, name, email, role }) => {
        const { available = false, load = 0, capacity = standard } = loads.get(memberId) ?? {}
        return { memberId, name, email, role, workspace, available, load, capacity }
      })
    },

    async 'presence.set'({ available }, scene) {
      await choosePresence(scene, available)
      return null
    },

    async 'canned.list'(_, { house, session }) {
      const stored = await house.records.list('canned', `${session.member.workspace}/`, 500)
      return stored.map(({ value }) => fromJson<CannedReply>(value))
    },

    async 'canned.save'({ reply }, { house, session }) {
      const key = `${session.member.workspace}/${reply.shortcut}`
      const before = await house.records.get('canned', key)
      const value = { shortcut: reply.shortcut, text: cleanText(reply.text) }
      const kept = await house.records.put('canned', key, value, before?.revision ?? 0)
      if (kept === undefined) throw new GatewayError('conflict', 'Somebody has just changed this reply: look again.')
      return null
    },

    async 'canned.delete'({ shortcut }, { house, session }) {
      await house.records.delete('canned', `${session.member.workspace}/${shortcut}`)
      return null
    },
  }
