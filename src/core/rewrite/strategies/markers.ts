import { findIndexAt } from '#core/yaml-position.ts'
import type { YamlDocument, YamlToken } from '#core/yaml-node.ts'
import { bindComment, isUnbound } from '../bind.ts'
import { markerText, parseMarker, type Marker, type MarkerFault } from '../marker.ts'
import type { ParsedFile } from '../parsed-file.ts'
import { scanLines } from '../scan-lines.ts'
import { targetOf, type Finding, type Miss, type Target } from '../target.ts'

/**
 * Finds the scalars that comments such as `# {"$imagepolicy": "apps:web"}` name. Documents that parse are bound by
 * their syntax tree, the others line by line.
 */
export function findMarkers(file: ParsedFile): Finding {
  const findings = [findBound(file), ...file.stream.documents.map((document) => findByLine(file, document))]
  return {
    targets: findings.flatMap(({ targets }) => targets),
    misses: [...findings.flatMap(({ misses }) => misses), ...findInText(file)],
  }
}

function findBound(file: ParsedFile): Finding {
  const sheet = { ...file, tokens: file.stream.tokens, lineStarts: file.stream.lineStarts }
  const targets: Target[] = []
  const misses: Miss[] = []
  for (const [index, token] of file.stream.tokens.entries()) {
    const marker = readMarker(file, token)
    if (marker === undefined) continue
    if ('code' in marker) {
      misses.push({ offset: token.start, ...marker })
      continue
    }
    const binding = bindComment(sheet, index)
    if (isUnbound(binding)) misses.push({ offset: token.start, ...binding, marker })
    else targets.push(targetOf(file, binding, marker))
  }
  return { targets, misses }
}

/** Undefined for what is no marker comment, or stands in a document that is read line by line. */
function readMarker(file: ParsedFile, { type, start, end }: YamlToken): Marker | MarkerFault | undefined {
  if (type !== 'comment') return undefined
  const comment = file.text.slice(start, end)
  if (!comment.includes(markerText) || documentAt(file, start)?.problem !== undefined) return undefined
  return parseMarker(comment)
}

function documentAt({ stream: { documents } }: ParsedFile, offset: number): YamlDocument | undefined {
  return documents[findIndexAt(documents.length, (index) => documents[index]?.start ?? 0, offset)]
}

/** The markers of a document that does not parse; nothing for one that does. */
function findByLine(file: ParsedFile, document: YamlDocument): Finding {
  if (document.problem === undefined) return { targets: [], misses: [] }
  const targets: Target[] = []
  const misses: Miss[] = []
  for (const { offset, comment, token } of scanLines(file.text, document.start, document.end)) {
    const marker = parseMarker(comment)
    if (marker === undefined) continue
    if ('code' in marker) misses.push({ offset, ...marker })
    else if (token !== undefined) targets.push({ policy: marker.policy, part: marker.part, token })
  }
  return { targets, misses }
}

/** Markers inside texts, where they are content and no comments: told, because somebody may wonder. */
function findInText(file: ParsedFile): readonly Miss[] {
  const { tokens } = file.stream
  const misses: Miss[] = []
  for (let at = file.text.indexOf(markerText); at !== -1; at = file.text.indexOf(markerText, at + 1)) {
    const token = tokens[findIndexAt(tokens.length, (index) => tokens[index]?.start ?? 0, at)]
    const isText = token?.type !== 'comment' && documentAt(file, at)?.problem === undefined
    if (isText && looksLikeMarker(file.text, at)) misses.push({ offset: at, code: 'in-text', reason: inText })
  }
  return misses
}

const inText = 'inside the text of a value, where it is no comment'

function looksLikeMarker(text: string, at: number): boolean {
  return /#[^\r\n]*\{[^\r\n]*$/.test(text.slice(Math.max(0, at - 200), at))
}
