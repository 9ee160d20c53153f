import { CircleCheck, Copy, KeyRound, Moon, MoreHorizontal, Trash2, UserPlus, Users } from 'lucide-react'
import { useEffect, useState, type FormEvent } from 'react'
import type { Role } from '#gateway/protocol.ts'
import type { MemberRow } from '../client.ts'
import { inviteMember, removeMember } from '../connection/members.ts'
import { Avatar, Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { Empty, Page } from '../ui/states.tsx'
import { fieldOf } from './form.ts'

const roles = ['sales-agent', 'manager', 'admin'] as const

/** The team: who is on shift, how much they have, what they may. Admins invite and change roles. */
export function MembersScreen() {
  const t = useT()
  const client = useClient()
  const me = useMe()
  const members = useStore(client.members)
  const [inviting, setInviting] = useState(false)
  useEffect(() => void client.loadMembers(), [client])
  const admin = me?.role === 'admin'
  return (
    <Page
      title={t('team.title')}
      actions={
        admin ? (
          <Button small look="primary" icon={UserPlus} onClick={() => setInviting(true)}>
            {t('team.invite')}
          </Button>
        ) : (
          <span className="text-[13px] text-ink-3">{t('team.admins-only')}</span>
        )
      }
    >
      {members.length === 0 ? (
        <Empty icon={Users} title={t('team.none')} />
      ) : (
        <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={t('team.title')}>
          <table className="w-full min-w-[560px] border-collapse text-left">
            <thead className="text-[12.5px] text-ink-3">
              <tr className="border-b border-line">
                <th className="py-2 pr-4 font-medium">{t('team.name')}</th>
                <th className="py-2 pr-4 font-medium">{t('team.state')}</th>
                <th className="py-2 pr-4 font-medium">{t('team.load')}</th>
                <th className="py-2 font-medium">{t('team.role')}</th>
                <th className="w-10 py-2">
                  <span className="sr-only">{t('team.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <MemberLine
                  key={member.memberId}
                  member={member}
                  editable={admin && member.memberId !== me?.memberId}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </Page>
  )
}

function MemberLine({ member, editable }: { readonly member: MemberRow; readonly editable: boolean }) {
  const t = useT()
  const client = useClient()
  const change = async (role: Role) => {
    const result = await inviteMember(client, { ...member, role })
    if (!result.ok) {
      client.showProblem(result.error)
      return
    }
    client.toasts.show({ tone: 'done', text: t('team.role-done', { name: member.name, role: t(`role.${role}`) }) })
    await client.loadMembers()
  }
  return (
    <tr className="border-b border-line">
      <td className="py-2 pr-4">
        <span className="flex items-center gap-2.5">
          <Avatar name={member.name} tone={member.available ? 'person' : 'neutral'} />
          <span className="min-w-0">
            <span className="block font-medium">{member.name}</span>
            <span className="block truncate text-[13px] text-ink-3">{member.email}</span>
          </span>
        </span>
      </td>
      <td className="py-2 pr-4">
        <Badge tone={member.available ? 'person' : 'neutral'} icon={member.available ? CircleCheck : Moon}>
          {t(member.available ? 'available.on' : 'available.off')}
        </Badge>
      </td>
      <td className="tabular py-2 pr-4">
        {member.load}/{member.capacity}
      </td>
      <td className="py-2">
        {editable ? (
          <Select
            label={`${t('team.role')}: ${member.name}`}
            value={member.role}
            options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
            onChange={(role) => void change(role)}
            className="w-36"
          />
        ) : (
          t(`role.${member.role}`)
        )}
      </td>
      <td className="py-2">{editable ? <MemberMenu member={member} /> : null}</td>
    </tr>
  )
}

function MemberMenu({ member }: { readonly member: MemberRow }) {
  const t = useT()
  const client = useClient()
  const [code, setCode] = useState<string>()
  const [removing, setRemoving] = useState(false)
  const newCode = async () => {
    const result = await inviteMember(client, member)
    if (result.ok) setCode(result.value.code)
    else client.showProblem(result.error)
  }
  const remove = async () => {
    setRemoving(false)
    const result = await removeMember(client, member.memberId)
    if (result.ok) client.toasts.show({ tone: 'done', text: t('team.removed', { name: member.name }) })
    else client.showProblem(result.error)
    await client.loadMembers()
  }
  return (
    <>
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label={`${t('team.actions')}: ${member.name}`} />}
        items={[
          { label: t('team.new-code'), icon: KeyRound, run: () => void newCode() },
          { label: t('team.remove'), icon: Trash2, danger: true, run: () => setRemoving(true) },
        ]}
      />
      {code === undefined ? null : (
        <Dialog title={t('team.code-for', { name: member.name })} onClose={() => setCode(undefined)}>
          <Invited name={member.name} code={code} />
        </Dialog>
      )}
      {removing ? (
        <Dialog
          title={`${t('team.remove')}: ${member.name}`}
          description={t('team.remove-sure')}
          onClose={() => setRemoving(false)}
        >
          <div className="flex justify-end gap-2 pt-3">
            <Button onClick={() => setRemoving(false)}>{t('cancel')}</Button>
            <Button look="danger" icon={Trash2} onClick={() => void remove()}>
              {t('team.remove')}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}

function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT()
  const client = useClient()
  const [role, setRole] = useState<Role>('sales-agent')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [invited, setInvited] = useState<{ readonly name: string; readonly code: string }>()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = fieldOf(form, 'name')
    setBusy(true)
    const result = await inviteMember(client, { name, email: fieldOf(form, 'email'), role })
    setBusy(false)
    setProblem(result.ok ? undefined : result.error.message)
    if (!result.ok) return
    setInvited({ name, code: result.value.code })
    await client.loadMembers()
  }
  return (
    <Dialog title={t('team.invite')} description={t('team.invite-hint')} onClose={onClose}>
      {invited === undefined ? (
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3 pt-2">
          <TextField label={t('team.name')} name="name" required autoFocus />
          <TextField
            label={t('team.email')}
            name="email"
            type="email"
            required
            {...(problem === undefined ? {} : { problem })}
          />
          <Select
            labelled
            label={t('team.role')}
            value={role}
            options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
            onChange={setRole}
          />
          <Button type="submit" look="primary" busy={busy} className="mt-1 self-end">
            {t('team.invite-go')}
          </Button>
        </form>
      ) : (
        <Invited name={invited.name} code={invited.code} />
      )}
    </Dialog>
  )
}

function Invited({ name, code }: { readonly name: string; readonly code: string }) {
  const t = useT()
  const client = useClient()
  const copy = async () => {
    await navigator.clipboard.writeText(code)
    client.toasts.show({ tone: 'done', text: t('team.copied') })
  }
  return (
    <div className="flex flex-col items-start gap-3 pt-2">
      <p>{t('team.code', { name })}</p>
      <output className="rounded-box bg-sunken px-4 py-2.5 font-mono text-[17px] font-semibold select-all">
        {code}
      </output>
      <Button icon={Copy} onClick={() => void copy()}>
        {t('team.copy')}
      </Button>
    </div>
  )
}
