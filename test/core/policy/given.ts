import { compilePolicy, type CompiledPolicy, type PolicySpec } from '#core/policy/compile.ts'
import { screenTags, type SelectInput } from '#core/policy/judge.ts'
import { select } from '#core/policy/select.ts'
import type { Selection } from '#core/policy/selection.ts'
import { parseRegex, type Regex } from '#core/regex.ts'

/** Policies as short as a test can say them. */
export const by = {
  semver: (range: string) => ({ policy: { semver: { range } } }),
  alphabetical: (order: 'asc' | 'desc' = 'asc') => ({ policy: { alphabetical: { order } } }),
  numerical: (order: 'asc' | 'desc' = 'asc', onInvalid: 'Fail' | 'Skip' = 'Fail') => ({
    policy: { numerical: { order, onInvalid } },
  }),
  calver: (format: string) => ({ policy: { calver: { format } } }),
  newest: (time: 'pushed' | 'created' = 'pushed') => ({ policy: { newest: { by: time } } }),
} as const

export function filter(pattern: string, extract = ''): Pick<PolicySpec, 'filterTags'> {
  return { filterTags: { pattern, extract } }
}

export function compiled(spec: PolicySpec): CompiledPolicy {
  return compilePolicy(spec, 'spec')
}

/** Selects among texts, blank-separated or in a list. */
export function selection(
  spec: PolicySpec,
  tags: string | readonly string[],
  input: Omit<SelectInput, 'tags'> = {},
): Selection {
  const texts = typeof tags === 'string' ? tags.split(' ').filter((tag) => tag !== '') : tags
  return select(compiled(spec), { ...screenTags(texts), ...input })
}

/** Verdict of each tag. */
export function verdicts({ candidates }: Selection): Readonly<Record<string, string>> {
  return Object.fromEntries(candidates.map(({ tag, verdict }) => [tag, verdict]))
}

export function regexOf(source: string): Regex {
  const parsed = parseRegex(source)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.regex
}
