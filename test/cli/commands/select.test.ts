import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selectCommand } from '#cli/commands/select.ts'
import type { Flags } from '#core/flags.ts'
import { memoryIo } from '../memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'tagboat-select-'))

beforeAll(() => {
  writeFileSync(join(folder, 'tags.txt'), '1.0.0\r\n\r\n  1.2.0 \r\n')
  writeFileSync(
    join(folder, 'web.yaml'),
    'apiVersion: tagboat.dev/v1\nkind: ImagePolicy\nmetadata: {name: web}\nspec: {imageRepositoryRef: {name: web}, policy: {semver: {range: 1.x}}, platforms: [linux/amd64]}\n',
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(flags: Flags, input = '', operands: readonly string[] = []) {
  const io = memoryIo({ input, cwd: folder })
  const code = await selectCommand(operands, flags, io)
  return { code, out: io.out(), err: io.err() }
}

const first = (out: string) => out.split('\n')[0]
const tags = '1.0.0\n1.2.0\n1.2.0\n2.0.0\nlatest\n1.3.0.sig\n'

describe('select', () => {
  it.each<[Flags, string]>([
    [{ semver: '1.x' }, '1.2.0'],
    [{ alphabetical: 'asc' }, 'latest'],
    [{ alphabetical: 'desc' }, '1.0.0'],
    [{ calver: 'MAJOR.MINOR.MICRO' }, '2.0.0'],
    [{ numerical: 'asc', filter: '^([0-9]+)\\.0', extract: '$1' }, '2.0.0'],
    [{ numerical: 'desc', filter: '^([0-9]+)\\.0', extract: '$1' }, '1.0.0'],
    [{ semver: '*', exclude: ['^2', '^1\\.2'] }, '1.0.0'],
    [{ semver: '*', filter: '^1' }, '1.2.0'],
    [{ semver: '1.x', tags: '-' }, '1.2.0'],
  ])('%j chooses %s', async (flags, expected) => {
    const { code, out } = await run(flags, tags)
    expect(code).toBe(0)
    expect(first(out)).toBe(expected)
  })

  it('reads tags of a file as they stand a line', async () => {
    const { out } = await run({ semver: '*', tags: 'tags.txt', output: 'json' })
    expect(JSON.parse(out)).toMatchObject({ latest: { tag: '1.2.0' }, counts: { input: 2 } })
  })

  it('reads bytes, however they are cut', async () => {
    const bytes = new TextEncoder().encode('1.0.0\n1.2.0-é\n')
    async function* stream() {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    const io = memoryIo({ stdin: stream() })
    await selectCommand([], { semver: '*', output: 'json' }, io)
    expect(JSON.parse(io.out())).toMatchObject({
      candidates: [{ tag: '1.0.0' }, { tag: '1.2.0-é', verdict: 'illegal-tag' }],
    })
  })

  it('prints exactly one JSON document', async () => {
    const { code, out, err } = await run({ semver: '1.x', output: 'json' }, tags)
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toEqual({
      latest: { tag: '1.2.0' },
      reason: '1.2.0 is preferred to 1 other candidate by semver 1.x',
      counts: { input: 5, excluded: 1, filtered: 0, candidates: 2 },
      candidates: [
        { tag: '1.2.0', key: '1.2.0', verdict: 'selected', reason: 'by semver 1.x' },
        { tag: '1.0.0', key: '1.0.0', verdict: 'superseded', reason: '1.2.0 is preferred' },
        { tag: 'latest', key: 'latest', verdict: 'not-a-version', reason: 'no version of the form MAJOR.MINOR.PATCH' },
        { tag: '2.0.0', key: '2.0.0', verdict: 'out-of-range', reason: '1.x excludes it' },
        { tag: '1.3.0.sig', key: '1.3.0.sig', verdict: 'excluded', reason: '^.*\\.sig$ excludes it' },
      ],
    })
  })

  it('prints YAML', async () => {
    expect((await run({ semver: '1.x', output: 'yaml' }, '1.0.0')).out).toContain('latest:\n  tag: 1.0.0\n')
  })

  it('exits 1 when nothing is chosen', async () => {
    const { code, out } = await run({ semver: '3.x', output: 'json' }, tags)
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ latest: null, reason: 'no tag satisfies semver 3.x' })
  })

  it('says who can help where a policy of the files has to ask the registry', async () => {
    const { code, out, err } = await run({ policy: 'web', file: ['.'] }, '1.0.0\n')
    expect(code).toBe(1)
    expect(first(out)).toBe('no tag is chosen: facts about 1 tag are needed first')
    expect(err).toBe('hint: this policy has to ask the registry about its candidates; tagboat explain does so\n')
  })

  it.each<[string, Flags, string]>([
    ['no kind', {}, 'expected one of --policy, --semver, --numerical, --alphabetical, --calver; got none'],
    [
      'two kinds',
      { semver: '1', policy: 'web' },
      'expected one of --policy, --semver, --numerical, --alphabetical, --calver; got --policy and --semver',
    ],
    ['a bad range', { semver: '^^' }, '--semver: invalid policy: improper constraint: "^^"'],
    ['a bad format', { calver: 'x' }, '--calver: invalid policy: no token in "x"'],
    [
      'a bad pattern',
      { semver: '1', filter: '(' },
      "--filter: failed to filter tags: invalid regular expression pattern '(': error parsing regexp: missing closing ): `(`",
    ],
    [
      'a bad exclusion',
      { semver: '1', exclude: ['[a'] },
      '--exclude: failed to compile regex [a: error parsing regexp: missing closing ]: `[a`',
    ],
    [
      'an extract of nothing',
      { semver: '1', extract: '$1' },
      '--extract needs --filter, whose match it takes a part of',
    ],
    [
      'a filter beside a policy',
      { policy: 'web', filter: 'x' },
      '--filter is part of the policy that --policy names; leave one of them out',
    ],
    [
      'a policy that is not there',
      { policy: 'wep', file: ['.'] },
      '--policy: . holds no ImagePolicy wep; did you mean web?',
    ],
    ['a file that is not there', { semver: '1', tags: 'gone.txt' }, '--tags: gone.txt cannot be read (ENOENT)'],
  ])('refuses %s', async (_name, flags, message) => {
    await expect(run(flags)).rejects.toMatchObject({ code: 'USAGE_INVALID', message })
  })

  it('refuses an argument', async () => {
    await expect(run({ semver: '1' }, '', ['1.0.0'])).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: 'select takes no argument, got "1.0.0"; tags come from --tags',
    })
  })
})
