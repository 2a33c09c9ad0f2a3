import { isRefName } from '#core/commit/ref-name.ts'
import { AppError, quoteOutside } from '#core/error.ts'
import type { RemoteRefs } from '#flow/ports.ts'
import { gitOutput, type Operation } from './operation.ts'

/** `^{}` after a ref of an annotated tag stands for the commit that it names. */
const peeledMark = '^{}'

/** Asks a remote for refs, by full name or `refs/tags/*`, and for the branch that HEAD names, in one request. */
export async function listRefs(operation: Operation, address: string, refs: readonly string[]): Promise<RemoteRefs> {
  for (const ref of refs) {
    const name = ref.endsWith('/*') ? `${ref.slice(0, -1)}x` : ref
    if (!isRefName(name)) throw new AppError('GIT_REF_INVALID', `'${quoteOutside(ref)}' is no full ref name`)
  }
  const patterns = refs.flatMap((ref) => (ref.endsWith('/*') ? [ref] : [ref, ref + peeledMark]))
  const output = await gitOutput(operation, ['ls-remote', '--symref', '--end-of-options', address, 'HEAD', ...patterns])
  return parseRefs(output.toString(), refs)
}

/** Reads `<id>\t<ref>` and `ref: <target>\tHEAD`. git matches patterns at the end of names, so others come along. */
export function parseRefs(output: string, asked: readonly string[]): RemoteRefs {
  const found = new Map<string, string>()
  let head: string | undefined
  for (const line of output.split('\n')) {
    const [value = '', name = ''] = line.split('\t')
    if (name === 'HEAD' && value.startsWith('ref: ')) head = value.slice('ref: '.length)
    const isPeeled = name.endsWith(peeledMark)
    const ref = isPeeled ? name.slice(0, -peeledMark.length) : name
    // The peeled line comes after the tag's own.
    if (asked.some((pattern) => covers(pattern, ref)) && /^[0-9a-f]{40,64}$/.test(value)) found.set(ref, value)
  }
  return { refs: found, head }
}

function covers(pattern: string, ref: string): boolean {
  return pattern.endsWith('/*') ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern
}
