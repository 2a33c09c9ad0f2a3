import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testCommand } from '#cli/commands/test.ts'
import type { Flags } from '#core/flags.ts'
import { memoryIo } from '../memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'tagboat-test-'))
const policy =
  'apiVersion: tagboat.dev/v1\nkind: ImagePolicy\nmetadata: {name: web}\nspec: {imageRepositoryRef: {name: web}, policy: {semver: {range: 1.x}}}\n'
const files: Readonly<Record<string, string>> = {
  'good/web.yaml': policy,
  'good/web.test.yaml':
    'policy: ./web.yaml#ImagePolicy/web\ncases:\n  - {name: newest, tags: [1.0.0, 1.1.0], selects: 1.1.0}\n',
  'good/deep/number.test.yml':
    'policy: {policy: {numerical: {}}}\ncases:\n  - {name: ten, tags: [9, 10], selects: 10}\n',
  'good/node_modules/x.test.yaml': 'nonsense',
  'bad/web.test.yaml':
    'policy: ../good/web.yaml#ImagePolicy/web\ncases:\n  - {name: wrong, tags: [1.0.0, 2.0.0], selects: 2.0.0, rejects: {1.0.0: excluded, 3: excluded}}\n  - {name: right, tags: [], selects: null}\n',
  'broken/field.test.yaml': 'policy: {policy: {numerical: {}}}\ncases:\n  - {name: ten, tag: [9], selects: 10}\n',
  'broken/policy.test.yaml':
    'policy: {policy: {semver: {range: latest}}}\ncases:\n  - {name: ten, tags: [9], selects: 10}\n',
  'broken/reference.test.yaml':
    'policy: ./gone.yaml#ImagePolicy/web\ncases:\n  - {name: ten, tags: [9], selects: 10}\n',
  'empty/web.yaml': policy,
}

beforeAll(() => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(operands: readonly string[], flags: Flags = {}) {
  const io = memoryIo({ cwd: folder })
  const code = await testCommand(operands, flags, io)
  return { code, out: io.out() }
}

describe('test', () => {
  it('runs what is below a folder, and ends with the count', async () => {
    expect(await run(['good'])).toEqual({
      code: 0,
      out: 'good/deep/number.test.yml\n  ok    ten\ngood/web.test.yaml\n  ok    newest\n2 passed, 0 failed\n',
    })
  })

  it('takes the folder of the resources where none is named, and a file once', async () => {
    expect((await run([], { file: ['good'] })).out).toContain('2 passed, 0 failed\n')
    expect((await run(['good/web.test.yaml', 'good'])).out).toContain('2 passed, 0 failed\n')
  })

  it('shows what was wanted, what came and why, and exits 1', async () => {
    expect(await run(['bad'])).toEqual({
      code: 1,
      out: [
        'bad/web.test.yaml',
        '  FAIL  wrong',
        '        want 2.0.0, 3: excluded, 1.0.0: excluded',
        '        got  1.0.0, 3: not in the list, 1.0.0: selected',
        '        1.0.0 is the only candidate by semver 1.x; 2.0.0 is out-of-range: 1.x excludes it; 3 is not in the list; 1.0.0 is selected: by semver 1.x',
        '  ok    right',
        '1 passed, 1 failed',
        '',
      ].join('\n'),
    })
  })

  it('prints one JSON document', async () => {
    const { code, out } = await run(['bad', 'good/deep'], { output: 'json' })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      passed: 2,
      failed: 1,
      cases: [
        {
          file: 'bad/web.test.yaml',
          name: 'wrong',
          ok: false,
          want: { selects: '2.0.0', rejects: { '1.0.0': 'excluded', '3': 'excluded' } },
          got: { selects: '1.0.0', rejects: { '1.0.0': 'selected', '3': null } },
          reason: expect.stringContaining('1.0.0 is the only candidate'),
        },
        {
          file: 'bad/web.test.yaml',
          name: 'right',
          ok: true,
          want: { selects: null, rejects: {} },
          got: { selects: null, rejects: {} },
        },
        {
          file: 'good/deep/number.test.yml',
          name: 'ten',
          ok: true,
          want: { selects: '10', rejects: {} },
          got: { selects: '10', rejects: {} },
        },
      ],
    })
  })

  it('goes on after a file that cannot be used, and counts it as failed', async () => {
    const { code, out } = await run(['broken', 'good/web.test.yaml'])
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      'broken/field.test.yaml',
      '  FAIL  the file can be used',
      '        broken/field.test.yaml:3: cases[0].tags: is required',
      '        broken/field.test.yaml:3: cases[0].tag: unknown field; did you mean tags?',
      'broken/policy.test.yaml',
      '  FAIL  the file can be used',
      '        policy.policy.semver.range: invalid policy: improper constraint: "latest"',
      'broken/reference.test.yaml',
      '  FAIL  the file can be used',
      '        broken/reference.test.yaml:1: policy: broken/gone.yaml: no such file or folder',
      'good/web.test.yaml',
      '  ok    newest',
      '1 passed, 3 failed',
      '',
    ])
  })

  it.each([
    ['empty', 'USAGE_INVALID', 'no *.test.yaml in empty'],
    ['gone', 'RESOURCE_UNREADABLE', 'gone: no such file or folder'],
  ])('refuses %s', async (path, code, message) => {
    await expect(run([path])).rejects.toMatchObject({ code, message })
  })
})
