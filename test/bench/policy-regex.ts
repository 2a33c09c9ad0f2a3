import { compileFilter } from '#core/policy/filter.ts'
import { parseRegex } from '#core/regex.ts'
import type { Figure } from './figure.ts'

const pattern = '^main-[a-fA-F0-9]+-(?P<ts>.*)'

/** Builds of a main branch; every one matches, which costs most. */
function builds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const commit = ((index * 2654435761) % 2 ** 32).toString(16).padStart(8, '0').slice(0, 7)
    return `main-${commit}-${1_700_000_000 + index * 37}`
  })
}

/** Many `a` and a `b` at the end. */
function lost(length: number): string {
  return `${'a'.repeat(length - 1)}b`
}

function timed(run: () => unknown): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

export const figures: readonly Figure[] = [
  {
    name: 'regex filter and extract of 100,000 tags',
    unit: 'ms',
    reach: '≤ 200 ms',
    run: async () => {
      const tags = builds(100_000)
      const filter = compileFilter({ pattern, extract: '$ts' }, 'filterTags')
      const native = /^main-[a-fA-F0-9]+-(?<ts>.*)/
      const value = timed(() => tags.map((tag) => filter.key(tag)))
      const against = timed(() => tags.map((tag) => native.exec(tag)?.groups?.['ts']))
      return { value, ok: value <= 200, against: { name: 'RegExp of V8', value: against } }
    },
  },
  {
    name: '(a+)+$ on 100 characters that do not match',
    unit: 'ms',
    reach: '≤ 5 ms',
    run: async () => {
      const parsed = parseRegex('(a+)+$')
      if (!parsed.ok) throw new Error(parsed.problem)
      const value = timed(() => [parsed.regex.test(lost(100)), parsed.regex.match(lost(100))])
      // One character more doubles it: on 100 it would never end.
      const against = timed(() => /(a+)+$/.test(lost(24)))
      return { value, ok: value <= 5, against: { name: 'RegExp of V8 on 24 characters', value: against } }
    },
  },
]
