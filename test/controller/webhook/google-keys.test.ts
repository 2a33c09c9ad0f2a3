import { describe, expect, it } from 'vitest'
import { openGoogleKeys } from '#controller/webhook/google-keys.ts'
import { systemClock } from '#io/clock.ts'
import { makeAuthority } from '../../fakes/certificate.ts'
import { openListener } from '../../fakes/listener.ts'

const { signal } = new AbortController()
const authority = makeAuthority()

async function ask(status: number, body: string, { trusted = true } = {}): Promise<unknown> {
  await using listener = await openListener(
    () => ({ status, headers: {}, body: Buffer.from(body) }),
    authority.issue(['127.0.0.1']),
  )
  await using keys = openGoogleKeys({
    clock: systemClock,
    environment: {},
    userAgent: 'tagboat/test',
    address: `${listener.url}/oauth2/v3/certs`,
    ...(trusted && { ca: authority.cert }),
  })
  return await keys.fetch(signal)
}

describe('the keys of Google', () => {
  it('come as JSON over https', async () => {
    expect(await ask(200, '{"keys":[]}')).toEqual({ keys: [] })
  })

  it.each([
    [200, '<html>', {}, 'the answer for its keys is not JSON'],
    [503, '{}', {}, 'answered 503 for its keys'],
    [200, ' '.repeat(70_000), {}, 'too large'],
    [200, '{"keys":[]}', { trusted: false }, 'the TLS connection could not be made'],
  ])('are not to be had: %i %.10s %j', async (status, body, options, message) => {
    await expect(ask(status, body, options)).rejects.toMatchObject({
      code: 'WEBHOOK_KEYS_UNAVAILABLE',
      message: expect.stringContaining(message) as string,
    })
  })
})
