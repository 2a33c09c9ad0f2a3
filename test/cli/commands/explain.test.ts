import { expect, it } from 'vitest'
import { appFile, openWorld } from '../world.ts'

it('says which tag won, why each other did not, and what is done in Git', async () => {
  await using world = await openWorld({ 'apps/app.yaml': '' })
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') }, 'app 1.0.0')
  await world.push('1.0.0', '1.2.0', '2.0.0', 'latest')

  const json = await world.run(['explain', '-o', 'json'])
  expect(json).toMatchObject({ code: 0, stderr: '' })
  const { items } = JSON.parse(json.stdout) as { items: Record<string, unknown>[] }
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    namespace: 'apps',
    name: 'app',
    image,
    selection: { latest: { tag: '1.2.0' }, counts: { input: 4, excluded: 0, filtered: 0, candidates: 2 } },
    gates: [],
    targets: [{ file: 'apps/app.yaml', line: 11, verdict: 'edit', reason: `${image}:1.0.0 becomes ${image}:1.2.0` }],
  })
  const selection = items[0]?.['selection'] as { candidates: { tag: string; verdict: string }[] } | undefined
  expect(selection?.candidates.map(({ tag, verdict }) => [tag, verdict])).toEqual([
    ['1.2.0', 'selected'],
    ['1.0.0', 'superseded'],
    ['latest', 'not-a-version'],
    ['2.0.0', 'out-of-range'],
  ])

  const one = await world.run(['explain', 'app', '--tag', '2.0.0'])
  expect(one).toMatchObject({ code: 0, stderr: '' })
  expect(one.stdout).toContain('2.0.0  out-of-range  ^1.0.0 excludes it')

  const absent = await world.run(['explain', 'app', '--tag', '3.0.0', '-o', 'json'])
  expect(JSON.parse(absent.stdout)).toMatchObject({
    items: [{ error: { code: 'USAGE_INVALID', message: '--tag: the registry lists no tag "3.0.0"' } }],
  })
})

it('explains policies also where the repository cannot be reached, and says that', async () => {
  await using world = await openWorld({ 'a.txt': 'x' })
  await world.push('1.0.0')
  await world.server[Symbol.asyncDispose]()
  const run = await world.run(['explain'])
  expect(run.code).toBe(0)
  expect(run.stdout).toContain('1.0.0 is the only candidate by semver ^1.0.0')
  expect(run.stderr).toMatch(/^tagboat: markers could not be looked at: .*\n {2}hint: /)
})
