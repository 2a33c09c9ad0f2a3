import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generatedTags } from '../../fakes/registry/lists.ts'
import { openFakeRegistry } from '../../fakes/registry.ts'
import { conditionOf, until, type LiveObject } from './installation.ts'
import { sharedScene } from './scene.ts'

const scene = sharedScene({ interval: '1h' })
const goodOnes = 99
/** More than there are places for scans. */
const silentOnes = 40

/** A host that takes every connection and says nothing. */
const silent: { readonly sockets: Set<Socket>; host: string } = { sockets: new Set(), host: '' }
const server = createServer((socket) => {
  silent.sockets.add(socket)
  socket.on('error', () => socket.destroy())
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  silent.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  for (const socket of silent.sockets) socket.destroy()
  server.close()
})

function repository(namespace: string, name: string, image: string): string {
  return `apiVersion: tagboat.dev/v1
kind: ImageRepository
metadata: {name: ${name}, namespace: ${namespace}}
spec: {image: "${image}", interval: 1h}
`
}

function policy(namespace: string, name: string, spec: string): string {
  return `apiVersion: tagboat.dev/v1
kind: ImagePolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number)

async function listed(namespace: string, resource: string): Promise<readonly LiveObject[]> {
  const { value } = await scene().kubernetes.send('GET', `/apis/tagboat.dev/v1/namespaces/${namespace}/${resource}`)
  return (value as { readonly items: readonly LiveObject[] }).items
}

it("I8 a tenant's hostile objects do not hold up 99 good ones of another", async () => {
  const { apply, replica, image } = scene()
  await using huge = await openFakeRegistry({ lists: { generated: { 'team/huge': generatedTags(150_000) } } })
  await apply('{apiVersion: v1, kind: Namespace, metadata: {name: hostile}}')
  const slow = '{semver: {range: "*"}}, filterTags: {pattern: "^(([a-z0-9-]+)+)+!$"}'
  await apply(
    [
      ...numbers(silentOnes).map((number) =>
        repository('hostile', `silent-${number}`, `${silent.host}/team/${number}`),
      ),
      repository('hostile', 'huge', `${huge.host}/team/huge`),
      policy('hostile', 'slow', `{imageRepositoryRef: {name: huge}, policy: ${slow}}`),
      policy(
        'hostile',
        'broken',
        '{imageRepositoryRef: {name: huge}, policy: {semver: {range: "*"}}, filterTags: {pattern: "("}}',
      ),
    ].join('---\n'),
  )
  await replica()
  await until('the silent host holds scans', async () => silent.sockets.size > 0)
  await apply(
    numbers(goodOnes)
      .flatMap((number) => [
        repository('apps', `good-${number}`, image),
        policy(
          'apps',
          `good-${number}`,
          `{imageRepositoryRef: {name: good-${number}}, policy: {semver: {range: "*"}}}`,
        ),
      ])
      .join('---\n'),
  )
  await until(
    'the good ones are Ready',
    async () => {
      const all = [...(await listed('apps', 'imagerepositories')), ...(await listed('apps', 'imagepolicies'))]
      const good = all.filter(({ metadata }) => metadata.name.startsWith('good-'))
      return good.length === 2 * goodOnes && good.every((object) => conditionOf(object)?.status === 'True')
    },
    60,
  )
  // All who want something of that host wait for one request, and not one after the other.
  expect(silent.sockets.size).toBeLessThanOrEqual(2)
  const broken = await until('the broken one is stalled', async () => {
    const found = (await listed('hostile', 'imagepolicies')).find(({ metadata }) => metadata.name === 'broken')
    return conditionOf(found, 'Stalled')
  })
  expect(broken).toMatchObject({ status: 'True' })
}, 240_000)
