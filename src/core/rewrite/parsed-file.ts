import type { YamlStream } from '#core/yaml-node.ts'
import { parseYaml } from '#core/yaml.ts'
import { collectSlots, type Slots } from './slots.ts'

/** A file as the strategies look at it: its text, parsed, with the scalars of the documents that parse. */
export interface ParsedFile {
  /** As latin1, without byte order mark. */
  readonly text: string
  readonly stream: YamlStream
  readonly slots: Slots
}

/** Parses a text (latin1, without byte order mark). Never throws; `stream` says what is wrong. */
export function parseFile(text: string): ParsedFile {
  const stream = parseYaml(text)
  return { text, stream, slots: collectSlots(stream.documents.filter(({ problem }) => problem === undefined)) }
}
