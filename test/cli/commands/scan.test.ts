import { expect, it } from 'vitest'
import { openWorld } from '../world.ts'

it('lists tags as a table and as JSON, with what it cost', async () => {
  await using world = await openWorld({ 'a.txt': 'x' })
  await world.push('1.0.0', '1.2.0', 'latest', '1.0.0.sig')
  const image = `${world.registry.host}/team/app`
  const json = await world.run(['scan', '-o', 'json'])
  expect(json).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(json.stdout)).toEqual({
    items: [
      {
        namespace: 'apps',
        name: 'app',
        image,
        canonicalName: image,
        tags: ['latest', '1.2.0', '1.0.0'],
        tagCount: 3,
        revision: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        scannedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
        requests: 1,
      },
    ],
  })
  const text = await world.run(['scan', 'app'])
  expect(text.stdout.replace(/ +/g, ' ')).toBe(
    `NAMESPACE NAME IMAGE TAGS HIGHEST BY BYTES\napps app ${image} 3 latest 1.2.0 1.0.0\n`,
  )
})

it('fails with one error when the registry lacks the repository, and lists the others', async () => {
  await using world = await openWorld({ 'a.txt': 'x' })
  await world.push('1.0.0')
  await world.write(
    'gone.yaml',
    `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: gone, namespace: apps}
spec: {image: ${world.registry.host}/team/gone, interval: 1m}
`,
  )
  const run = await world.run(['scan', '-o', 'json'])
  expect(run.code).toBe(1)
  const { items } = JSON.parse(run.stdout) as { items: { name: string; tagCount: number; error?: object }[] }
  expect(items.map(({ name, tagCount }) => [name, tagCount])).toEqual([
    ['app', 1],
    ['gone', 0],
  ])
  expect(items[1]?.error).toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
  expect(run.stderr.match(/^tagboat: /gm)).toHaveLength(1)
})
