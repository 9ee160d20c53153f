import { el } from './dom.js'

const marks = [
  [/(?<![\p{L}\p{N}])\*(?! )([^*\n]+)(?<! )\*(?![\p{L}\p{N}])/u, 'strong'],
  [/(?<![\p{L}\p{N}])_(?! )([^_\n]+)(?<! )_(?![\p{L}\p{N}])/u, 'em'],
  [/(?<![\p{L}\p{N}])~(?! )([^~\n]+)(?<! )~(?![\p{L}\p{N}])/u, 's'],
]

/** Words with WhatsApp's marks as the phone shows them: *bold*, _italic_ and ~struck out~. */
export function marked(words, [mark, ...others] = marks) {
  if (mark === undefined) return words === '' ? [] : [words]
  const [pattern, tag] = mark
  const found = pattern.exec(words)
  if (found === null) return marked(words, others)
  const after = words.slice(found.index + found[0].length)
  return [
    ...marked(words.slice(0, found.index), others),
    el(tag, {}, ...marked(found[1], others)),
    ...marked(after, [mark, ...others]),
  ]
}
