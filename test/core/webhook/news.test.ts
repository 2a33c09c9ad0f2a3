import { describe, expect, it } from 'vitest'
import { hookOf, type Hook } from '#core/webhook/hook.ts'
import { newsFor } from '#core/webhook/news.ts'
import { systemHashes } from '#io/hash.ts'
import { hookOwner, hookSecret } from './examples.ts'

function hook(kind: 'ImageRepository' | 'GitRepository', type: string, events?: readonly string[]): Hook {
  const owner = hookOwner(kind, { type, ...(events && { events }) })
  const found = hookOf(owner, { secret: hookSecret(), sha256: systemHashes.sha256 })
  if (found === undefined) throw new Error('no hook')
  return found
}

describe('newsFor', () => {
  const push = { ref: 'refs/heads/main' }
  const refs = { is: 'refs', refs: ['refs/heads/main'] }
  it.each([
    [hook('GitRepository', 'github'), 'push', push, refs],
    [hook('GitRepository', 'github', ['PUSH']), 'push', push, refs],
    [
      hook('GitRepository', 'github', ['release']),
      'push',
      push,
      { is: 'nothing', reason: 'event "push" is not listed' },
    ],
    // Who lists an event wants it to count.
    [hook('GitRepository', 'github', ['release']), 'release', {}, { is: 'unnamed' }],
    [hook('ImageRepository', 'github', ['workflow_run']), 'workflow_run', {}, { is: 'unnamed' }],
    [hook('GitRepository', 'github'), 'release', {}, { is: 'nothing', reason: 'event "release"', unasked: true }],
    [hook('GitRepository', 'github', ['ping']), 'ping', {}, { is: 'nothing', reason: 'a ping' }],
    [hook('ImageRepository', 'github'), 'push', push, { is: 'nothing', reason: 'event "push"', unasked: true }],
    [hook('GitRepository', 'generic', ['push']), 'push', push, refs],
  ])('%# %s %j', (one, event, payload, want) => {
    const header = (name: string) => (name === 'x-github-event' ? event : undefined)
    expect(newsFor(one, { header, payload })).toEqual(want)
  })
})
