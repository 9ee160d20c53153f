/** @jsxImportSource preact */
import { limits } from '#gateway/protocol.ts'
import { textRuns } from '../links.ts'
import { clock } from '../moments.ts'
import type { Strings } from '../strings/strings.ts'
import type { Speaker, Tick, TimelineGroup, TimelineLine } from '../timeline.ts'
import { CardView } from './cards.tsx'
import { FileView } from './files.tsx'
import { Icon } from './icons.tsx'
import type { MessageLogProps } from './message-log.tsx'

/** Bubbles of one speaker: name above, time and ticks below the last. */
export function Group({ group, assistantName, ...props }: MessageLogProps & GroupProps) {
  const { language } = props
  const own = group.speaker.kind === 'customer'
  const last = group.lines.at(-1)
  return (
    <div class={own ? 'group is-own' : `group is-${group.speaker.kind}`}>
      <p class={own ? 'spoken' : 'speaker'}>
        <SpeakerName speaker={group.speaker} assistantName={assistantName} strings={language.strings} />
      </p>
      {group.lines.map((line) => (
        <Line key={line.key} line={line} {...props} />
      ))}
      {last !== undefined && (
        <p class="meta" aria-live="off">
          <time dateTime={new Date(last.atMs).toISOString()}>{clock(last.atMs, language)}</time>
          {last.tick !== undefined && last.tick !== 'failed' && (
            <TickMark tick={last.tick} strings={language.strings} />
          )}
        </p>
      )}
    </div>
  )
}

interface GroupProps {
  readonly group: TimelineGroup
  readonly assistantName: string
}

function SpeakerName({
  speaker,
  assistantName,
  strings,
}: {
  speaker: Speaker
  assistantName: string
  strings: Strings
}) {
  switch (speaker.kind) {
    case 'customer':
      return <>{strings.you}</>
    case 'assistant':
      return (
        <>
          <Icon name="assistant" />
          <bdi>{assistantName}</bdi>
        </>
      )
    case 'member':
      return (
        <>
          <Icon name="person" />
          <bdi>{speaker.name}</bdi>
        </>
      )
  }
}

function Line({ line, ...props }: MessageLogProps & { readonly line: TimelineLine }) {
  const { message, entry, tick, text } = line
  const cards = message?.cards ?? []
  const listings = cards.filter((card) => card.kind === 'listing').length
  return (
    <div class="message">
      {text !== '' && (
        <p class={tick === 'sending' || tick === 'held' ? 'bubble is-pending' : 'bubble'} dir="auto">
          <Text text={text} />
        </p>
      )}
      {message?.files?.map((file) => (
        <FileView key={file.file} file={file} n={message.n} session={props.session} strings={props.language.strings} />
      ))}
      {cards.length > 0 && (
        <div class={listings > 1 ? 'cards is-row' : 'cards'}>
          {cards.map((card, index) => (
            <CardView key={index} card={card} n={message?.n ?? 0} {...props} />
          ))}
        </div>
      )}
      {tick === 'failed' && entry !== undefined && <Failure entry={entry} {...props} />}
    </div>
  )
}

function Text({ text }: { readonly text: string }) {
  // Never longer than a message may be, whoever sent it: one frame must not stop the panel.
  const shown = text.length > limits.textMax * 2 ? `${text.slice(0, limits.textMax * 2)}…` : text
  return (
    <>
      {textRuns(shown).map((run, index) =>
        run.href === undefined ? (
          run.text
        ) : (
          <a key={index} href={run.href} target="_blank" rel="noopener noreferrer nofollow">
            {run.text}
          </a>
        ),
      )}
    </>
  )
}

function Failure({
  entry,
  session,
  language,
}: MessageLogProps & { readonly entry: NonNullable<TimelineLine['entry']> }) {
  const { strings } = language
  return (
    <div class="failure" role="alert">
      <p>
        <Icon name="trouble" />
        {strings.failed}
        {entry.problem === undefined ? '' : ` · ${entry.problem}`}
      </p>
      <button type="button" class="text-button" onClick={() => session.retry(entry.clientId)}>
        {strings.retry}
      </button>
      <button type="button" class="text-button" onClick={() => session.discard(entry.clientId)}>
        {strings.discard}
      </button>
    </div>
  )
}

function TickMark({ tick, strings }: { readonly tick: Exclude<Tick, 'failed'>; readonly strings: Strings }) {
  const words = { sending: strings.sending, held: strings.waitingForNetwork, sent: strings.sent, read: strings.read }[
    tick
  ]
  const icon = ({ sending: 'waiting', held: 'waiting', sent: 'tick', read: 'ticks' } as const)[tick]
  return (
    <span class={`tick is-${tick}`} title={words}>
      <Icon name={icon} />
      <span class={tick === 'held' ? '' : 'spoken'}>{words}</span>
    </span>
  )
}
