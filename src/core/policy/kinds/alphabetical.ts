import type { CompiledKind, PolicyKind } from '../kind.ts'
import { compareBy } from '../order.ts'

/** `alphabetical: {order}`: by the bytes of the text; `asc` elects the last, `desc` the first. */
export const alphabetical: PolicyKind<{ readonly order: 'asc' | 'desc' }> = {
  compile({ order }): CompiledKind<string> {
    return {
      text: `alphabetical ${order}`,
      needs: [],
      warnings: [],
      read: (key) => key,
      refuse: () => undefined,
      compare: order === 'asc' ? compareBy : (a, b) => compareBy(b, a),
      print: (key) => key,
    }
  },
}
