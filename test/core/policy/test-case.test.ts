import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { parseTestFile } from '#core/policy/test-case.ts'

const head = 'policy: ./web.yaml#ImagePolicy/web\n'

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (isAppError(error) && error.code === 'POLICY_TEST_INVALID') return error.message
  }
  return 'no such error'
}

describe('parseTestFile', () => {
  it('takes tags as they stand, whatever YAML makes of them', () => {
    const { policy, cases } = parseTestFile(
      `${head}cases:
  - name: 1.10 needs no quotes
    tags: [1.10, 20240101, 1e5, yes, 0x1F, '1.0', 2026-01-02, 012]
    current: 1.10
    selects: 1.20
    rejects: {1.10: out-of-range, 012: filtered-out}
    now: 2026-01-03T00:00:00Z
    facts:
      1.10: {platforms: [linux/amd64], pushed: 2026-01-02T00:00:00Z}
      012: {created: 2026-01-01T00:00:00+01:00, artifact: true}
  - {name: 7, tags: [], selects: null}
`,
      'web.test.yaml',
    )
    expect(policy).toEqual({ path: './web.yaml', name: 'web' })
    expect(cases).toEqual([
      {
        name: '1.10 needs no quotes',
        tags: ['1.10', '20240101', '1e5', 'yes', '0x1F', '1.0', '2026-01-02', '012'],
        current: '1.10',
        selects: '1.20',
        rejects: { '1.10': 'out-of-range', '012': 'filtered-out' },
        now: Date.parse('2026-01-03T00:00:00Z'),
        facts: new Map([
          ['1.10', { platforms: ['linux/amd64'], pushedAt: Date.parse('2026-01-02T00:00:00Z') }],
          ['012', { createdAt: Date.parse('2025-12-31T23:00:00Z'), artifact: true }],
        ]),
      },
      { name: '7', tags: [], selects: null, rejects: {}, facts: new Map() },
    ])
  })

  it('takes the policy itself as the plain value it is', () => {
    const file = parseTestFile(
      'policy:\n  policy:\n    numerical: {order: asc}\n  platforms: [linux/amd64]\ncases: [{name: a, tags: [1], selects: 1}]\n',
      'a.test.yaml',
    )
    expect(file.policy).toEqual({ value: { policy: { numerical: { order: 'asc' } }, platforms: ['linux/amd64'] } })
    expect(file.lineAt(['policy', 'platforms'])).toBe(4)
  })

  it.each([
    [
      'an unknown field',
      `${head}cases:\n  - {name: a, tags: [], selects: null, select: x}\n`,
      'a.test.yaml:3: cases[0].select: unknown field; did you mean selects?',
    ],
    [
      'an unknown top field',
      `${head}case: []\n`,
      'a.test.yaml:1: cases: is required\na.test.yaml:2: case: unknown field; did you mean cases?',
    ],
    [
      'an unknown verdict',
      `${head}cases:\n  - name: a\n    tags: [1]\n    selects: null\n    rejects:\n      1: out-of-rang\n`,
      /^a\.test\.yaml:7: cases\[0\]\.rejects\["1"\]: expected one of selected, superseded, .*, got "out-of-rang"; did you mean out-of-range\?$/,
    ],
    ['no selects', `${head}cases:\n  - {name: a, tags: []}\n`, 'a.test.yaml:3: cases[0].selects: is required'],
    ['no cases', `${head}cases: []\n`, 'a.test.yaml:2: cases: expected at least 1 items'],
    [
      'a tag that is none',
      `${head}cases:\n  - {name: a, tags: [[1]], selects: null}\n`,
      'a.test.yaml:3: cases[0].tags[0]: expected a text, got a list',
    ],
    [
      'a bad time',
      `${head}cases:\n  - {name: a, tags: [], selects: null, now: yesterday}\n`,
      'a.test.yaml:3: cases[0].now: expected a time such as 2026-01-02T03:04:05Z, got "yesterday"',
    ],
    [
      'a bad reference',
      'policy: ./web.yaml\ncases: [{name: a, tags: [], selects: null}]\n',
      'a.test.yaml:1: policy: expected ./FILE#ImagePolicy/NAME, an ImagePolicy, or its spec',
    ],
    [
      'a reference to another kind',
      'policy: ./web.yaml#ImageRepository/web\ncases: [{name: a, tags: [], selects: null}]\n',
      'a.test.yaml:1: policy: expected ./FILE#ImagePolicy/NAME, an ImagePolicy, or its spec',
    ],
    ['no policy', 'cases: [{name: a, tags: [], selects: null}]\n', 'a.test.yaml:1: policy: is required'],
    [
      'two documents',
      `${head}cases: [{name: a, tags: [], selects: null}]\n---\na: 1\n`,
      'a.test.yaml:4: expected one document with policy and cases',
    ],
    ['nothing', '', /^a\.test\.yaml:1: /],
    ['no YAML', `${head}cases: [\n`, /^a\.test\.yaml:[0-9]+: /],
    ['a key twice', `${head}policy: x\ncases: []\n`, 'a.test.yaml:2: key "policy" is given twice'],
  ])('refuses %s, with file and line', (_name, text, message) => {
    expect(messageOf(() => parseTestFile(text, 'a.test.yaml'))).toMatch(message)
  })
})
