import { expect, it } from 'vitest'
import { openProbe } from '#io/probe.ts'

it('does nothing when no failpoint is armed', async () => {
  await expect(openProbe({}).at('fetched')).resolves.toBeUndefined()
  await expect(openProbe({ FAILPOINT: '' }).at('fetched')).resolves.toBeUndefined()
})

it.each([
  ['FAILPOINT is set without TAGBOAT_TEST=1', { FAILPOINT: 'fetched=kill' }],
  ['FAILPOINT: there is no point "fetch"', { FAILPOINT: 'fetch=kill', TAGBOAT_TEST: '1' }],
  [
    'FAILPOINT: expected kill, error, stop:30s or delay:2s, got "explode"',
    { FAILPOINT: 'fetched=explode', TAGBOAT_TEST: '1' },
  ],
  [
    'FAILPOINT: expected a duration such as 30s, 5m or 1h30m, got ""',
    { FAILPOINT: 'fetched=delay', TAGBOAT_TEST: '1' },
  ],
])('refuses: %s', (message, env) => {
  const arm = async () => openProbe(env).at('fetched')
  return expect(arm()).rejects.toMatchObject({ code: 'USAGE_INVALID', message })
})

it('acts at its own point only', async () => {
  const probe = openProbe({ FAILPOINT: 'fetched=error,tree-written=delay:1ms', TAGBOAT_TEST: '1' })
  await expect(probe.at('commit-written')).resolves.toBeUndefined()
  await expect(probe.at('tree-written')).resolves.toBeUndefined()
  await expect(probe.at('fetched')).rejects.toMatchObject({ code: 'INTERNAL', message: 'failpoint fetched' })
})
