import { expect, it } from 'vitest'
import { SecretWatches } from '#controller/secrets.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog, until } from '../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from '../io/cluster/scene.ts'
import { ManualClock } from './trigger-scene.ts'

const secrets = kindOf('secrets')
const name = (one: string) => ({ namespace: 'apps', name: one })

interface Opened extends AsyncDisposable {
  readonly watches: SecretWatches
  /** `first s`, `changed s`. */
  readonly told: string[]
  readonly said: string[]
  readonly clock: ManualClock
}

function open({ cluster }: FakeScene, most = 100): Opened {
  const told: string[] = []
  const said: string[] = []
  const clock = new ManualClock()
  const watches = new SecretWatches({
    cluster,
    clock,
    log: { ...keepingLog(), info: (text) => void said.push(text) },
    onChange: (secret, isFirst) => void told.push(`${isFirst ? 'first' : 'changed'} ${secret.name}`),
    most,
  })
  return { watches, told, said, clock, [Symbol.asyncDispose]: async () => watches[Symbol.asyncDispose]() }
}

function put({ fake }: FakeScene, one: string, value: string): void {
  fake.put(secrets, { metadata: name(one), data: { a: value } })
}

const isSecret = ({ path }: { readonly path: string }): boolean => path.includes('/secrets')

it('tells when a Secret is first seen, changes, disappears and comes back', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  const { watches, told } = opened
  put(scene, 's', 'MQ==')
  put(scene, 'other', 'MQ==')
  watches.follow(name('s'), true)
  await until(() => told.length === 1)
  put(scene, 'other', 'Mg==')
  put(scene, 's', 'Mg==')
  await until(() => told.length === 2)
  scene.fake.remove(secrets, name('s'))
  await until(() => told.length === 3)
  put(scene, 's', 'Mw==')
  await until(() => told.length === 4)
  expect(told).toEqual(['first s', 'changed s', 'changed s', 'changed s'])
})

it('one that does not exist yet is watched for', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  opened.watches.follow(name('s'), true)
  await until(() => opened.told.length === 1)
  put(scene, 's', 'MQ==')
  await until(() => opened.told.length === 2)
  expect(opened.told).toEqual(['first s', 'changed s'])
})

it('asks for single Secrets only', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  for (const one of ['a', 'b', 'a']) opened.watches.follow(name(one), true)
  await until(() => opened.told.length === 2)
  const fields = scene.fake.requests.filter(isSecret).map(({ query }) => query.get('fieldSelector'))
  expect(new Set(fields)).toEqual(new Set(['metadata.name=a', 'metadata.name=b']))
})

it('ends a watch that nobody needs, also one that is only beginning', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  const { watches, told } = opened
  watches.follow(name('a'), true)
  await until(() => told.length === 1)
  watches.follow(name('a'), false)
  watches.follow(name('b'), true)
  watches.follow(name('b'), false)
  await until(() => scene.fake.watches.open === 0)
  expect(watches.size).toBe(0)
  put(scene, 'a', 'Mg==')
  watches.follow(name('c'), true)
  await until(() => told.includes('first c'))
  expect(told).toEqual(['first a', 'first c'])
})

it('what changed while the connection was lost is told; what did not is not', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  for (const one of ['a', 'b']) {
    put(scene, one, 'MQ==')
    opened.watches.follow(name(one), true)
  }
  await until(() => scene.fake.watches.open === 2)
  scene.fake.watches.cut()
  scene.fake.compact()
  put(scene, 'a', 'Mg==')
  await until(() => opened.told.length === 3)
  await until(() => scene.fake.watches.open === 2)
  expect(opened.told.toSorted()).toEqual(['changed a', 'first a', 'first b'])
})

it('where it is forbidden it says so once, goes without, and asks again later', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  scene.fake.fail(isSecret, { status: 403 }, 2)
  for (const one of ['a', 'b']) opened.watches.follow(name(one), true)
  await until(() => scene.fake.requests.filter(isSecret).length === 2)
  await until(() => opened.said.length > 0)
  await systemClock.sleep(50, scene.signal)
  expect([opened.watches.size, opened.told, scene.logged]).toEqual([0, [], []])
  expect(opened.said).toEqual([
    'not every Secret is watched (list and watch are forbidden): changes of the others are found when an object that names them is next looked at',
  ])
  await opened.clock.advance(600_000)
  await until(() => opened.told.length === 2)
  expect(opened.watches.size).toBe(2)
})

it('other failures do not keep it from watching', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene)
  scene.fake.fail(isSecret, { status: 500 }, 6)
  opened.watches.follow(name('a'), true)
  await until(() => opened.told.length === 1)
  expect(opened.told).toEqual(['first a'])
})

it('beyond a number it says so, and goes on with the next when one ends', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene, 2)
  const { watches, told, said } = opened
  for (const one of ['a', 'b', 'c', 'd']) watches.follow(name(one), true)
  await until(() => told.length === 2)
  expect([watches.size, said.length]).toEqual([2, 1])
  watches.follow(name('a'), false)
  await until(() => told.length === 3)
  expect(told.toSorted()).toEqual(['first a', 'first b', 'first c'])
})

it('many watches keep none waiting for a connection', async () => {
  await using scene = await fakeScene()
  await using opened = open(scene, 200)
  for (let index = 0; index < 200; index += 1) opened.watches.follow(name(`s${index}`), true)
  await until(() => scene.fake.watches.open === 200)
  put(scene, 's199', 'MQ==')
  await until(() => opened.told.includes('changed s199'))
  expect(opened.watches.size).toBe(200)
})

it('closed, it starts nothing more and leaves no watch', async () => {
  await using scene = await fakeScene()
  const { watches, told } = open(scene)
  watches.follow(name('a'), true)
  await until(() => told.length === 1)
  watches.follow(name('b'), true)
  await watches[Symbol.asyncDispose]()
  watches.follow(name('c'), true)
  await until(() => scene.fake.watches.open === 0)
  expect(told).toEqual(['first a'])
})
