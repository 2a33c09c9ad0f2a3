import { describe, expect, it } from 'vitest'
import { openDemoRegistry } from '#cli/demo/registry.ts'

describe('openDemoRegistry', () => {
  it('serves what was pushed into it, byte for byte, and not what was deleted', async () => {
    await using registry = await openDemoRegistry()
    const digest = registry.pushImage({ repository: 'team/app', tag: '1.0', platforms: ['linux/amd64', 'linux/arm64'] })
    registry.pushImage({ repository: 'team/app', tag: '1.1' })
    const read = async (path: string) => fetch(`${registry.url}/v2/team/app/${path}`)
    expect(await (await read('tags/list')).json()).toEqual({ name: 'team/app', tags: ['1.0', '1.1'] })
    const byTag = await read('manifests/1.0')
    expect(byTag.headers.get('docker-content-digest')).toBe(digest)
    expect(await (await read(`manifests/${digest}`)).text()).toBe(await byTag.text())
    registry.deleteTag('team/app', '1.0')
    expect((await read('manifests/1.0')).status).toBe(404)
    expect((await read(`manifests/${digest}`)).status).toBe(200)
  })

  it('answers HEAD without a body and with the length', async () => {
    await using registry = await openDemoRegistry()
    registry.pushImage({ repository: 'a', tag: '1' })
    const answer = await fetch(`${registry.url}/v2/a/manifests/1`, { method: 'HEAD' })
    const length = (await (await fetch(`${registry.url}/v2/a/manifests/1`)).arrayBuffer()).byteLength
    expect(answer.headers.get('content-length')).toBe(String(length))
  })

  it('refuses a body above its bound', async () => {
    await using registry = await openDemoRegistry()
    const body = new Uint8Array(20 * 1024 * 1024)
    const answer = await fetch(`${registry.url}/v2/a/blobs/uploads/`, { method: 'POST', body })
    expect(answer.status).toBe(413)
  })

  it('frees its port when its scope ends', async () => {
    const { url } = await (async () => {
      await using registry = await openDemoRegistry()
      return { url: registry.url }
    })()
    await expect(fetch(`${url}/v2/`)).rejects.toThrow('fetch failed')
  })
})
