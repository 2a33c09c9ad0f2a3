import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sharedScene } from './scene.ts'

const scene = sharedScene()

/**
 * Every step at which a process can be killed. The job of the dead is locked for half a minute. How that ends is the
 * same for all steps of a queue, so elsewhere Redis is emptied as well, and the job has to be found again at once.
 */
const steps = [
  { point: 'tags-stored', isFlushed: true },
  { point: 'policy-status-written', isFlushed: true },
  { point: 'fetched', isFlushed: true },
  { point: 'blob-written', isFlushed: true },
  { point: 'tree-written', isFlushed: true },
  { point: 'commit-written', isFlushed: true },
  { point: 'push-sent', isFlushed: false },
  { point: 'push-acknowledged', isFlushed: true },
  { point: 'automation-status-written', isFlushed: true },
]

describe('F46 a replica is killed', () => {
  it.each(steps)(
    'at $point',
    async ({ point, isFlushed }) => {
      const { release, committed, redis, start, replica } = scene()
      const tag = await release()
      const env = { TAGBOAT_TEST: '1', FAILPOINT: `${point}=kill` }
      // It may die before it is ready.
      const end = start(['--pushes-per-minute=0', '--no-leader-election'], env).then(
        async ({ ended }) => `ended with ${(await ended).signal}`,
        String,
      )
      expect(await Promise.race([end, sleep(60_000).then(() => 'alive')])).toContain('SIGKILL')
      if (isFlushed) await redis.command('FLUSHALL')
      await replica()
      await committed(tag, 90)
    },
    180_000,
  )
})
