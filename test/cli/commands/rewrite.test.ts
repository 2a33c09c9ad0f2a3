import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rewriteCommand } from '#cli/commands/rewrite.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'
import { memoryIo } from '../memory-io.ts'

const marker = '# {"$imagepolicy": "apps:web"}'
const image = ['apps:web=ghcr.io/acme/web:2.0.0']
const before = `kind: Pod\r\nimage: "web:1" ${marker}\r\n`
const after = before.replace('web:1', 'ghcr.io/acme/web:2.0.0')

const edit = {
  line: 2,
  column: 8,
  from: 'web:1',
  to: 'ghcr.io/acme/web:2.0.0',
  policy: 'apps:web',
  part: 'full',
  object: { apiVersion: '', kind: 'Pod', name: '', namespace: '' },
}

/** Runs the command in a folder with these files. */
async function run(
  files: Readonly<Record<string, string>>,
  flags: Parameters<typeof rewriteCommand>[1],
  more: { operands?: readonly string[]; signal?: AbortSignal } = {},
): Promise<{ code: number; out: string; err: string; files: Readonly<Record<string, string>> }> {
  await using folder = await temporaryFolder('rewrite')
  await mkdir(join(folder.path, 'apps'))
  await symlink('/etc/hostname', join(folder.path, 'apps/link.yaml'))
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder.path, path), text, 'latin1')
  const io = memoryIo({ cwd: folder.path, ...(more.signal && { signal: more.signal }) })
  const code = await rewriteCommand(more.operands ?? ['apps'], { image, ...flags }, io)
  const read = Object.keys(files).map(async (path) => [path, await readFile(join(folder.path, path), 'latin1')])
  return {
    code,
    out: io.out(),
    err: io.err(),
    files: Object.fromEntries(await Promise.all(read)) as Record<string, string>,
  }
}

describe('tagboat rewrite', () => {
  it('rewrites files in place and shows the diff, byte for byte', async () => {
    const result = await run({ 'apps/web.yaml': before, 'apps/notes.md': before }, {})
    expect(result.files).toEqual({ 'apps/web.yaml': after, 'apps/notes.md': before })
    expect(result.code).toBe(0)
    expect(result.out).toBe(`--- a/apps/web.yaml
+++ b/apps/web.yaml
@@ -1,2 +1,2 @@
 kind: Pod\r
-image: "web:1" ${marker}\r
+image: "ghcr.io/acme/web:2.0.0" ${marker}\r
skipped:
  apps/link.yaml symlink: symbolic links are not followed
1 value in 1 file rewritten
`)
  })

  it('has nothing to do the second time', async () => {
    const result = await run({ 'apps/web.yaml': after }, {})
    expect(result).toMatchObject({ code: 0, files: { 'apps/web.yaml': after } })
    expect(result.out).toMatch(/\nnothing to rewrite\n$/)
  })

  it('writes nothing with --check, and says by its exit code whether it would', async () => {
    const result = await run({ 'apps/web.yaml': before }, { check: true })
    expect(result).toMatchObject({ code: 2, files: { 'apps/web.yaml': before } })
    expect(result.out).toMatch(/\n1 value in 1 file would be rewritten\n$/)
    expect((await run({ 'apps/web.yaml': after }, { check: true })).code).toBe(0)
  })

  it.each([
    ['json', JSON.parse],
    ['yaml', (text: string): unknown => (text.startsWith('files:\n  - path: apps/web.yaml\n') ? undefined : text)],
  ])('prints one %s document', async (output, parse) => {
    const result = await run({ 'apps/web.yaml': before }, { output })
    const expected = {
      files: [{ path: 'apps/web.yaml', edits: [edit] }],
      skipped: [{ path: 'apps/link.yaml', code: 'symlink', reason: 'symbolic links are not followed' }],
    }
    expect(parse(result.out) ?? expected).toEqual(expected)
  })

  it('tells what it leaves alone, and goes on', async () => {
    const files = {
      'apps/a.yaml': `x: y # {"$imagepolicy": "apps:api"}\n`,
      'apps/b.yaml': `a: [\nb: c ${marker}\n`,
      'apps/big.yaml': `a: b ${marker}\n`.padEnd(1_100_000),
      'apps/long.yaml': `a: b ${marker}\n# ${'long'.repeat(20_000)}\n`,
      'apps/wide.yaml': `\u00ff\u00fe${before.split('').join('\0')}\0`,
    }
    const result = await run(files, { output: 'json' }, { operands: ['apps/../apps/', 'apps'] })
    const { files: changed, skipped } = JSON.parse(result.out) as {
      files: { path: string }[]
      skipped: { path: string; code: string }[]
    }
    expect(result.code).toBe(0)
    expect(changed.map(({ path }) => path)).toEqual(['apps/b.yaml', 'apps/long.yaml'])
    expect(skipped.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'apps/a.yaml unknown-policy',
      'apps/b.yaml parse-error',
      'apps/big.yaml too-large',
      'apps/link.yaml symlink',
      'apps/wide.yaml unsupported-encoding',
    ])
  })

  it('writes digests', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const result = await run({ 'apps/web.yaml': before }, { image: [`apps:web=localhost:5000/web:1@${digest}`] })
    expect(result.files['apps/web.yaml']).toContain(`image: "localhost:5000/web:1@${digest}" #`)
  })

  it.each([
    [[], 'expected at least one --image NAMESPACE:POLICY=NAME:TAG'],
    [['web=x:1'], 'expected NAMESPACE:POLICY=NAME:TAG, got "web=x:1"'],
    [['apps:web'], 'expected NAMESPACE:POLICY=NAME:TAG, got "apps:web"'],
    [['apps:web='], 'expected NAMESPACE:POLICY=NAME:TAG, got "apps:web="'],
    [['apps:web:tag=x:1'], 'expected NAMESPACE:POLICY=NAME:TAG, got "apps:web:tag=x:1"'],
    [['apps:web=x'], 'expected a tag in "x"'],
    [['apps:web=x:1', 'apps:web=x:2'], 'policy apps:web is given twice'],
    [['apps:web=X Y:1'], 'reference: '],
  ])('refuses --image %j', async (given, message) => {
    const refused = run({ 'apps/web.yaml': before }, { image: given })
    await expect(refused).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining(`--image: ${message}`) as string,
    })
  })

  it('names a path that is not there', async () => {
    const missing = run({}, {}, { operands: ['none'] })
    await expect(missing).rejects.toMatchObject({ code: 'REWRITE_PATH_UNREADABLE' })
  })

  it('stops when it is told to', async () => {
    const stopped = run({ 'apps/web.yaml': before }, {}, { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
