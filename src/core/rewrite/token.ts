import { findIndexAt } from '#core/yaml-position.ts'
import type { YamlToken } from '#core/yaml-node.ts'
import type { ParsedFile } from './parsed-file.ts'
import type { Slot } from './slots.ts'
import type { Target } from './target.ts'

/** Tags that say "not a string"; the package resolves `!!int` and its verbatim form to the same name. */
const typeTags: ReadonlySet<string> = new Set(
  ['int', 'float', 'bool', 'null', 'timestamp'].map((name) => `tag:yaml.org,2002:${name}`),
)

/** The target that a slot is for a policy. */
export function targetOf(file: ParsedFile, slot: Slot, marker: Pick<Target, 'policy' | 'part'>): Target {
  const { style, text, start, end, block, tag } = slot.scalar
  const typeTag = tag !== undefined && typeTags.has(tag) ? findTag(file.stream.tokens, start) : undefined
  return {
    policy: marker.policy,
    part: marker.part,
    token: {
      style,
      text,
      start,
      end,
      flow: slot.flow,
      ...(block === undefined ? {} : { block }),
      ...(typeTag === undefined ? {} : { typeTag }),
    },
    ...(slot.object === undefined ? {} : { object: slot.object }),
  }
}

/** The tag among the properties before a token. */
function findTag(tokens: readonly YamlToken[], offset: number): { start: number; end: number } | undefined {
  let index = findIndexAt(tokens.length, (at) => tokens[at]?.start ?? 0, offset) - 1
  while (between.has(tokens[index]?.type ?? '')) index -= 1
  const tag = tokens[index]
  return tag?.type === 'tag' ? { start: tag.start, end: tag.end } : undefined
}

const between: ReadonlySet<string> = new Set(['space', 'newline', 'comment', 'anchor'])
