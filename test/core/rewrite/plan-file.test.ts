import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findTargets } from '#core/rewrite/find-targets.ts'
import { holdKey, planFile, planFileTask } from '#core/rewrite/plan-file.ts'
import { parseFieldTarget } from '#core/rewrite/strategies/fields.ts'
import { inputOf } from './policies.ts'

const shapes = new URL('../../fixtures/rewrite/shapes/', import.meta.url)
const names = readdirSync(shapes).flatMap((name) => /^(.*)\.before\.yaml$/.exec(name)?.[1] ?? [])

function bytesOf(name: string): string {
  return readFileSync(new URL(name, shapes), 'latin1')
}

describe('shapes of files', () => {
  it.each(names)('%s: exactly the bytes of the values change', (name) => {
    const before = bytesOf(`${name}.before.yaml`)
    const change = planFile(inputOf(before))
    expect(change.text ?? before).toBe(bytesOf(`${name}.after.yaml`))
    expect(planFile(inputOf(change.text ?? before)).edits).toEqual([])
  })
})

const web = '# {"$imagepolicy": "apps:web"}'

/** A file, and what is reported of it as `line code`. */
const reported: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  ['too large', `a: b ${web}\n${'#\n'.repeat(524_300)}`, ['- too-large']],
  ['UTF-16', `\u00ff\u00fe${`a: b ${web}`.split('').join('\0')}\0`, ['- unsupported-encoding']],
  ['does not parse', `a: [\nb: c ${web}\n`, ['2 parse-error']],
  ['no JSON', 'a: b # {$imagepolicy: apps:web}\n', ['1 malformed-marker']],
  ['no value', 'a: b # {"$imagepolicy": "web"}\n', ['1 malformed-marker']],
  ['prose about markers', 'a: b # see $imagepolicy\n', []],
  ['unknown part', 'a: b # {"$imagepolicy": "apps:web:tags"}\n', ['1 unknown-part']],
  ['unknown policy', 'a: b # {"$imagepolicy": "apps:none"}\n', ['1 unknown-policy']],
  ['foreign policy, absent', 'a: b # {"$imagepolicy": "base:none"}\n', ['1 policy-not-visible']],
  ['foreign policy, forbidden', 'a: b # {"$imagepolicy": "base:hidden"}\n', ['1 policy-not-visible']],
  ['policy left out', 'a: b # {"$imagepolicy": "apps:out"}\n', ['1 not-selected']],
  ['nothing elected', 'a: b # {"$imagepolicy": "apps:new"}\n', ['1 no-latest-ref']],
  ['no digest', 'a: b # {"$imagepolicy": "apps:web:digest"}\n', ['1 no-digest']],
  ['invalid ref', 'a: b # {"$imagepolicy": "apps:bad"}\n', ['1 invalid-ref']],
  ['above a key', `${web}\na: b\n`, ['1 above-key']],
  ['behind a key', `a: ${web}\n  b\n`, ['1 after-key']],
  ['empty value', `a: ${web}\n`, ['1 empty-value']],
  ['collection', `a: {b: c} ${web}\n`, ['1 on-collection']],
  ['key', `? a ${web}\n: b\n`, ['1 on-key']],
  ['alias', `a: &x b\nc: *x ${web}\n`, ['2 on-alias']],
  ['comment block', `- a\n# c\n${web}\n- b\n`, ['3 comment-block']],
  ['in a text', `a: |\n  b: c ${web}\n`, ['2 in-text']],
  [
    'a misplaced marker of a policy that is not ours',
    '# {"$imagepolicy": "base:none"}\na: b\n',
    ['1 policy-not-visible'],
  ],
  [
    'several, by line',
    `# {\nb: c # {"$imagepolicy": "apps:new"}\n${web}\nd: |\n  ${web}\n`,
    ['2 no-latest-ref', '3 above-key', '5 in-text'],
  ],
]

describe('planFile', () => {
  it.each(reported)('reports: %s', (_name, text, expected) => {
    const { skipped, edits, text: after } = planFile(inputOf(text))
    expect(skipped.map(({ line, code }) => `${String(line ?? '-')} ${code}`)).toEqual(expected)
    const bound = skipped.some(({ code }) => code === 'parse-error') ? 1 : 0
    expect(edits).toHaveLength(bound)
    expect(after !== undefined).toBe(bound === 1)
  })

  it('tells one text for a policy that is absent and one that is forbidden', () => {
    const [absent, forbidden] = ['none', 'hidden'].map((name) =>
      planFile(inputOf(`a: b # {"$imagepolicy": "base:${name}"}\n`)),
    )
    expect(absent?.skipped[0]?.reason.replace('none', 'X')).toBe(forbidden?.skipped[0]?.reason.replace('hidden', 'X'))
  })

  it('writes what a policy of another namespace says where it is visible', () => {
    expect(planFile(inputOf('a: b # {"$imagepolicy": "base:shared:tag"}\n')).text).toContain('a: "3.0" #')
  })

  it('takes every namespace for its own without one', () => {
    const { skipped, edits } = planFile(
      inputOf('- a # {"$imagepolicy": "x:y"}\n- a # {"$imagepolicy": "base:shared"}\n', { ownNamespace: undefined }),
    )
    expect(skipped.map(({ code }) => code)).toEqual(['unknown-policy'])
    expect(edits.map(({ to }) => to)).toEqual(['ghcr.io/acme/shared:3.0'])
  })

  it('describes an edit: where, from, to, whose, and of which object', () => {
    const head = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: wéb, namespace: prod}\n'
    const text = Buffer.from(`${head}# x\n"ä": "nginx:1" ${web}\n`).toString('latin1')
    expect(planFile(inputOf(text)).edits).toEqual([
      {
        path: 'apps/web.yaml',
        line: 5,
        column: 6,
        from: 'nginx:1',
        to: 'ghcr.io/acme/web:1.10',
        policy: 'apps:web',
        part: 'full',
        object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wéb', namespace: 'prod' },
        ordinal: 0,
      },
    ])
  })

  it('finds every bound value, edited or not, and counts them', () => {
    const { found, edits } = planFile(
      inputOf(`- ghcr.io/acme/web:1.10 ${web}\n- x # {"$imagepolicy": "apps:out:tag"}\n- y ${web}\n`),
    )
    expect(found).toEqual([
      { policy: 'apps:web', part: 'full', value: 'ghcr.io/acme/web:1.10', line: 1, ordinal: 0 },
      { policy: 'apps:out', part: 'tag', value: 'x', line: 2, ordinal: 1 },
      { policy: 'apps:web', part: 'full', value: 'y', line: 3, ordinal: 2 },
    ])
    expect(edits.map(({ ordinal }) => ordinal)).toEqual([2])
  })

  it('keeps what is held, and only that value of that part', () => {
    const text = `- old ${web}\n- older ${web}\n- old # {"$imagepolicy": "apps:web:tag"}\n`
    const holds = new Map([[holdKey('apps:web', 'full', 'old'), 'put back by abc123']])
    const { skipped, edits } = planFile(inputOf(text, { holds }))
    expect(skipped).toEqual([{ path: 'apps/web.yaml', line: 1, code: 'held', reason: 'put back by abc123' }])
    expect(edits.map(({ line }) => line)).toEqual([2, 3])
  })

  it('edits only what it is told to', () => {
    const { edits, text } = planFile(inputOf(`- a ${web}\n- b ${web}\n`, { only: new Set([1]) }))
    expect(edits.map(({ line }) => line)).toEqual([2])
    expect(text).toBe(`- a ${web}\n- ghcr.io/acme/web:1.10 ${web}\n`)
  })

  it('uses an index that was made before', () => {
    const text = `- a ${web}\n`
    const index = findTargets(text, { markers: true, fields: [] })
    expect(planFile(inputOf(text, { index: JSON.parse(JSON.stringify(index)) as typeof index }))).toEqual(
      planFile(inputOf(text)),
    )
  })

  it('prefers the marker where a target names the same value', () => {
    const target = { path: 'apps/*.yaml', select: undefined, field: 'image', policy: 'api' }
    const text = `image: a ${web}\n---\nimage: b\n`
    const targets = [parseFieldTarget(target, 'apps')]
    expect(planFile(inputOf(text, { targets })).edits.map(({ line, policy }) => [line, policy])).toEqual([
      [1, 'apps:web'],
      [3, 'apps:api'],
    ])
    expect(planFile(inputOf(text, { targets, markers: false })).edits.map(({ policy }) => policy)).toEqual([
      'apps:api',
      'apps:api',
    ])
    expect(planFile(inputOf(text, { targets, path: 'other/web.yaml', markers: false })).edits).toEqual([])
  })

  it.each(['web.txt', 'web.yaml.tpl', 'Kustomization.md', 'web.YAML'])('leaves %s alone, markers or not', (path) => {
    expect(planFile(inputOf(`a: b ${web}\n`, { path }))).toEqual({ path, edits: [], skipped: [], found: [] })
  })

  it('leaves a file alone that would become too large', () => {
    const text = `a: b ${web}\n`.padEnd(1_048_576, '#')
    expect(planFile(inputOf(text))).toMatchObject({
      edits: [],
      skipped: [{ code: 'too-large' }],
      found: [{ value: 'b' }],
    })
  })

  it('is a task that a thread can find', () => {
    expect(planFileTask.name).toBe('plan-file')
    expect(planFileTask.run(inputOf(`a: b ${web}\n`)).edits).toHaveLength(1)
  })
})
