import { expect, it } from 'vitest'
import { openFailureCounts } from '#io/store/redis/failures.ts'
import { startScene, until } from './scene.ts'

it('counts for every replica, forgets what works again, and keeps nothing for ever', async () => {
  await using scene = await startScene()
  const [one, two] = [openFailureCounts(scene.redis), openFailureCounts(await scene.join())]
  expect(await one.get('a')).toBe(0)
  await one.set('a', 3)
  await two.set('b', 1)
  expect([await two.get('a'), await one.get('b')]).toEqual([3, 1])
  expect(Number(await scene.server.command('ttl', `${scene.redis.prefix}:failures`))).toBeGreaterThan(80_000)
  await two.set('a', 0)
  expect(await one.get('a')).toBe(0)
  await one.set('b', 0)
  expect(await scene.server.command('dbsize')).toBe('0')
})

it('knows nothing while Redis is away, and fails nobody', async () => {
  await using scene = await startScene()
  const counts = openFailureCounts(scene.redis)
  await counts.set('a', 3)
  await scene.server.kill()
  await until(() => !scene.redis.isUp())
  await counts.set('a', 4)
  expect(await counts.get('a')).toBe(0)
})

it('takes what is no number for nothing', async () => {
  await using scene = await startScene()
  await scene.server.command('hset', `${scene.redis.prefix}:failures`, 'a', 'many')
  expect(await openFailureCounts(scene.redis).get('a')).toBe(0)
})
