import { expect, it } from 'vitest'
import { appFile, openWorld } from '../world.ts'

it('shows the diff, exits 2 when asked, and writes nothing at the remote', async () => {
  await using world = await openWorld({ 'apps/app.yaml': '' })
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') }, 'app 1.0.0')
  await world.push('1.0.0', '1.2.0')
  const tip = await world.repository.tip('main')

  const text = await world.run(['plan', '--detailed-exitcode'])
  expect(text.code).toBe(2)
  expect(text.stdout).toContain(`apps/apps: 1 value to change on main (at ${tip?.slice(0, 7)})`)
  expect(text.stdout).toContain('--- a/apps/app.yaml\n+++ b/apps/app.yaml\n@@ -8,4 +8,4 @@\n')
  expect(text.stdout).toContain(`-             image: "${image}:1.0.0"\t# {"$imagepolicy": "apps:app"}\r\n`)
  expect(text.stdout).toContain(`+             image: "${image}:1.2.0"\t# {"$imagepolicy": "apps:app"}\r\n`)

  const json = await world.run(['plan', 'apps/apps', '-o', 'json', '--state', 'state.json'])
  const document = JSON.parse(json.stdout) as { items: Record<string, unknown>[] }
  expect(Object.keys(document.items[0] ?? {}).toSorted()).toEqual(
    ['automation', 'base', 'branch', 'diff', 'edits', 'message', 'policies', 'skipped'].toSorted(),
  )
  expect(document.items[0]?.['policies']).toEqual([{ policy: 'apps:app', ref: `${image}:1.2.0` }])
  expect(await world.repository.tip('main')).toBe(tip)

  const unknown = await world.run(['plan', 'app'])
  expect(unknown).toMatchObject({ code: 64, stdout: '' })
  expect(unknown.stderr).toContain('no ImageUpdateAutomation is named "app"; did you mean apps?')
})

it('goes on past broken files and markers, names each, and exits 0', async () => {
  await using world = await openWorld({ 'apps/app.yaml': '' })
  const image = `${world.registry.host}/team/app`
  await world.repository.commit(
    'main',
    {
      'apps/good.yaml': appFile(image, '1.0.0'),
      'apps/broken.yaml': `a: [1, 2 # {"$imagepolicy": "apps:app"}\nb: }\n`,
      'apps/foreign.yaml': `image: x:1 # {"$imagepolicy": "apps:unknown"}\n`,
      'apps/malformed.yaml': `image: x:1 # {"$imagepolicy": apps:app}\n`,
      'apps/large.yaml': `# {"$imagepolicy": "apps:app"}\n${'a: b\n'.repeat(250_000)}`,
      'apps/latin.yaml': `name: caf\u00e9 \nimage: ${image}:1.0.0 # {"$imagepolicy": "apps:app"}\n`,
      'apps/out.yaml': { mode: '120000', text: '../../../etc/passwd' },
    },
    'all kinds',
  )
  await world.push('1.0.0', '1.2.0')
  const run = await world.run(['plan', '-o', 'json'])
  expect(run).toMatchObject({ code: 0, stderr: '' })
  const [item] = (
    JSON.parse(run.stdout) as { items: { edits: { path: string }[]; skipped: { path: string; code: string }[] }[] }
  ).items
  expect(item?.edits.map(({ path }) => path)).toEqual(['apps/good.yaml', 'apps/latin.yaml'])
  expect(item?.skipped.map(({ path, code }) => `${path} ${code}`).toSorted()).toEqual([
    'apps/broken.yaml parse-error',
    'apps/foreign.yaml unknown-policy',
    'apps/large.yaml too-large',
    'apps/malformed.yaml malformed-marker',
    'apps/out.yaml symlink',
  ])
})
