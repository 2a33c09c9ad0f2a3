import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { Secret } from '#core/secret/secret.ts'
import { systemClock } from '#io/clock.ts'
import { GitHubApi } from '#io/git/github-api.ts'

async function openApi(body: string) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    response.writeHead(201).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
  return {
    url,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const workspace = { environment: {}, clock: systemClock }
const nothing = { ca: undefined, proxy: undefined }
const request = { method: 'POST', authorization: new Secret('Bearer a-claim-of-the-test') } as const
const signal = AbortSignal.timeout(10_000)

it('sends the claim and gives status and body', async () => {
  await using api = await openApi('{"a": 1}')
  await using client = new GitHubApi(workspace)
  const ask = client.for(parseRemoteUrl('http://127.0.0.1/team/x', 'url', ['http']), nothing)
  expect(await ask({ ...request, url: api.url }, signal)).toEqual({ status: 201, body: '{"a": 1}' })
  expect(api.seen[0]?.headers).toMatchObject({ authorization: 'Bearer a-claim-of-the-test', 'user-agent': 'tagboat' })
})

it('reads no more than an answer of the API can be', async () => {
  await using api = await openApi('x'.repeat(100_000))
  await using client = new GitHubApi(workspace)
  const ask = client.for(parseRemoteUrl('http://localhost/team/x', 'url', ['http']), nothing)
  await expect(ask({ ...request, url: api.url }, signal)).rejects.toMatchObject({ code: 'GIT_REMOTE_UNAVAILABLE' })
})

it('A22 for a remote elsewhere, an API on this computer or at a cloud’s metadata address is refused', async () => {
  await using api = await openApi('{}')
  await using client = new GitHubApi(workspace)
  const ask = client.for(parseRemoteUrl('https://github.example.com/team/x', 'url', ['https']), nothing)
  for (const url of [api.url, 'http://169.254.169.254/x']) {
    await expect(ask({ ...request, url }, signal)).rejects.toMatchObject({ code: 'GIT_CREDENTIALS_INVALID' })
  }
  expect(api.seen).toEqual([])
})
