import { describe, expect, it } from 'vitest'
import { printProblem, problemsOf, unknownField, type Problem } from '#core/api/problem.ts'
import { z } from '#core/schema.ts'

describe('printProblem', () => {
  const cases: readonly [Problem, string][] = [
    [{ path: [], message: 'is empty' }, 'is empty'],
    [{ path: ['spec', 'a'], message: 'is required' }, 'spec.a: is required'],
    [{ path: ['spec'], message: 'is required', object: 'Sync a/b' }, 'Sync a/b: spec: is required'],
    [{ path: [], message: 'no YAML', file: 'a.yaml' }, 'a.yaml: no YAML'],
    [
      { path: ['spec', 'a'], message: 'x', file: 'a.yaml', line: 3, object: 'Sync a/b' },
      'a.yaml:3: Sync a/b: spec.a: x',
    ],
    [{ path: ['spec', 'a'], message: 'spec.a is only accepted with b' }, 'spec.a is only accepted with b'],
  ]
  it.each(cases)('%j → %s', (problem, want) => {
    expect(printProblem(problem)).toBe(want)
  })
})

describe('problemsOf', () => {
  const schema = z.strictObject({
    text: z.string().min(1).max(3).optional(),
    flag: z.boolean().optional(),
    count: z.int().min(2).optional(),
    list: z.array(z.string()).max(1).optional(),
    map: z.record(z.string(), z.string()).optional(),
    one: z.enum(['Setters']).optional(),
    choice: z.enum(['gpg', 'ssh', '']).optional(),
    object: z.strictObject({ inner: z.string() }).optional(),
  })
  const cases: readonly [object, readonly string[]][] = [
    [{ text: '' }, ['spec.text: must not be empty']],
    [{ text: 'four' }, ['spec.text: expected at most 3 characters, got 4']],
    [{ text: true }, ['spec.text: expected a text, got true; put it in quotes']],
    [{ text: [] }, ['spec.text: expected a text, got a list']],
    [{ flag: 'true' }, ['spec.flag: expected true or false, got "true"']],
    [{ count: 1.5 }, ['spec.count: expected a whole number, got 1.5']],
    [{ count: 'x' }, ['spec.count: expected a number, got "x"']],
    [{ list: 'x' }, ['spec.list: expected a list, got "x"']],
    [{ list: ['a', 'b'] }, ['spec.list: expected at most 1 items, got 2']],
    [{ list: [{}] }, ['spec.list[0]: expected a text, got a mapping']],
    [{ map: [] }, ['spec.map: expected a mapping, got a list']],
    [{ map: { 'a.b': 1 } }, ['spec.map["a.b"]: expected a text, got 1; put it in quotes']],
    [{ one: 'setter' }, ['spec.one: expected Setters, got "setter"; did you mean Setters?']],
    [{ choice: 'sh' }, ['spec.choice: expected one of gpg, ssh, got "sh"; did you mean ssh?']],
    [{ object: {} }, ['spec.object.inner: is required']],
    [{ object: { innr: 'a', inner: 'b' } }, ['spec.object.innr: unknown field; did you mean inner?']],
    [{ one: '\u001b[31m' }, ['spec.one: expected Setters, got "\\\\x1b[31m"']],
    [{ one: 'x'.repeat(500) }, [`spec.one: expected Setters, got "${'x'.repeat(60)}…"`]],
  ]
  it.each(cases)('%j', (value, want) => {
    const issues = schema.safeParse(value).error?.issues ?? []
    expect(problemsOf(issues, value, { schema, at: ['spec'] }).map(printProblem)).toEqual(want)
  })
})

describe('unknownField', () => {
  it('proposes what is near', () => {
    expect(unknownField(['spec', 'imgae'], ['image'])).toEqual({
      path: ['spec', 'imgae'],
      message: 'unknown field; did you mean image?',
    })
  })
})
