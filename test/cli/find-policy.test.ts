import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPolicy } from '#cli/find-policy.ts'
import { memoryIo } from './memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'tagboat-find-'))
const io = memoryIo({ cwd: folder })

const object = (kind: string, name: string, spec: string, namespace = 'default') =>
  `apiVersion: tagboat.dev/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`
const policy = (name: string, range: string, namespace?: string, ref = '{name: app}') =>
  object('ImagePolicy', name, `{imageRepositoryRef: ${ref}, policy: {semver: {range: ${range}}}}`, namespace)

beforeAll(() => {
  writeFileSync(
    join(folder, 'all.yaml'),
    [
      policy('web', '1.x'),
      policy('web', '2.x', 'apps'),
      policy('api', '3.x', 'apps', '{name: app, namespace: default}'),
      policy('alone', '4.x', 'apps'),
      object('ImageRepository', 'app', '{image: app, interval: 1m, exclusionList: [^x]}'),
    ].join('---\n'),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const range = (found: Awaited<ReturnType<typeof findPolicy>>) => found.spec.policy.semver?.range

describe('findPolicy', () => {
  it.each([
    ['api', {}, '3.x', ['^x'], 'ImagePolicy apps/api: spec'],
    ['default/web', {}, '1.x', ['^x'], 'ImagePolicy default/web: spec'],
    ['apps/web', {}, '2.x', [], 'ImagePolicy apps/web: spec'],
    ['web', { namespace: 'apps' }, '2.x', [], 'ImagePolicy apps/web: spec'],
    ['alone', {}, '4.x', [], 'ImagePolicy apps/alone: spec'],
  ])('%s %j', async (name, flags, expected, exclusionList, field) => {
    const found = await findPolicy(name, { file: ['.'], ...flags }, io)
    expect(range(found)).toBe(expected)
    expect(found).toMatchObject({ exclusionList, field })
  })

  it('takes an absolute path as well', async () => {
    expect(range(await findPolicy('api', { file: [folder] }, io))).toBe('3.x')
  })

  it.each([
    ['web', {}, '--policy: there are several ImagePolicies web; write namespace/name'],
    ['alon', {}, '--policy: all.yaml holds no ImagePolicy alon; did you mean alone?'],
    ['api', { namespace: 'default' }, '--policy: all.yaml holds no ImagePolicy api'],
  ])('refuses %s %j', async (name, flags, message) => {
    await expect(findPolicy(name, { file: ['all.yaml'], ...flags }, io)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message,
    })
  })
})
