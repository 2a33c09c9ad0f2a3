import { AppError, quoteOutside } from '#core/error.ts'

/** One step into a document: a key, an item by its place, or the item whose field has a value. */
export type FieldStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'match'; readonly key: string; readonly value: string }

const stepGrammar = /(\.?)([^.[\]"\s]+)|\["((?:[^"\\]|\\["\\])*)"\]|\[([0-9]{1,9})\]|\[([^[\]"=\s]+)=([^[\]"]+)\]/y

/**
 * Parses the `field` of a target: `spec.replicas`, `images[0].newTag`, `spec.containers[name=web].image`,
 * `metadata.annotations["example.org/image"]`. `REWRITE_FIELD_INVALID` names the place that is not understood.
 */
export function parseFieldPath(text: string): readonly FieldStep[] {
  const steps: FieldStep[] = []
  stepGrammar.lastIndex = 0
  while (stepGrammar.lastIndex < text.length) {
    const at = stepGrammar.lastIndex
    const match = stepGrammar.exec(text)
    const step = match === null ? undefined : stepOf(match, steps.length === 0)
    if (step === undefined) throw invalid(text, at)
    steps.push(step)
  }
  if (steps.length === 0) throw invalid(text, 0)
  return steps
}

/** A key needs a dot before it, except at the beginning. */
function stepOf(match: RegExpExecArray, isFirst: boolean): FieldStep | undefined {
  const [, dot, plain, quoted, index, key, value] = match
  if (plain !== undefined) return (dot === '') === isFirst ? { kind: 'key', key: plain } : undefined
  if (quoted !== undefined) return { kind: 'key', key: quoted.replaceAll(/\\(["\\])/g, '$1') }
  if (index !== undefined) return { kind: 'index', index: Number(index) }
  return key === undefined || value === undefined ? undefined : { kind: 'match', key, value }
}

function invalid(text: string, at: number): AppError {
  const message = `update.targets: field "${quoteOutside(text)}" is not understood at character ${String(at + 1)}`
  return new AppError('REWRITE_FIELD_INVALID', message)
}
