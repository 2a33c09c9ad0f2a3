import { expect, it } from 'vitest'
import { matchesSelector } from '#core/api/label-selector.ts'
import { parseLabelSelector } from '#core/api/label-selector-text.ts'

const labels = { shard: 'a', env: 'dev', 'app.example.com/tier': 'front', empty: '' }

it.each([
  ['', true],
  ['shard=a', true],
  ['shard==a', true],
  ['shard = b', false],
  ['shard!=b', true],
  ['shard!=a', false],
  ['missing!=a', true],
  ['shard', true],
  ['missing', false],
  ['!missing', true],
  ['!shard', false],
  ['env in (dev, prod)', true],
  ['env in (prod)', false],
  ['env notin (prod)', true],
  ['env notin (dev,prod)', false],
  ['app.example.com/tier=front', true],
  ['empty=', true],
  ['shard=a,env in (dev,prod),!old', true],
  ['shard=a,env=prod', false],
])('"%s" chooses the object: %s', (text, isChosen) => {
  expect(matchesSelector(parseLabelSelector(text, '--watch-label-selector'), labels)).toBe(isChosen)
})

it.each(['a=b=c', 'env in dev', 'a>1', '=a', 'a in (b'])('refuses "%s"', (text) => {
  expect(() => parseLabelSelector(text, '--watch-label-selector')).toThrow(
    expect.objectContaining({ code: 'USAGE_INVALID', message: expect.stringContaining('--watch-label-selector: ') }),
  )
})
