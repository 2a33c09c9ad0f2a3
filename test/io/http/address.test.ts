import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { addressKind, guardedLookup, permits, permitsHost } from '#io/http/address.ts'

const nothing = { loopback: false, private: false }
const everything = { loopback: true, private: true }

describe('kinds of addresses', () => {
  it.each([
    ['1.1.1.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.0.9', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['fd12::1', 'private'],
    ['fc00::1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['::', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['not an address', 'forbidden'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'forbidden'],
    ['::ffff:1.1.1.1', 'public'],
    ['::127.0.0.1', 'loopback'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b::1.1.1.1', 'public'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:0101:0101::1', 'public'],
  ] as const)('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind)
    expect(permits(nothing, address)).toBe(kind === 'public')
    expect(permits(everything, address)).toBe(kind !== 'forbidden')
  })
})

describe('hosts of URLs', () => {
  it.each([
    ['https://example.com/', true],
    ['https://localhost/', false],
    ['https://a.localhost/', false],
    ['https://localhost./', false],
    ['https://127.1/', false],
    ['https://2130706433/', false],
    ['https://0x7f.0.0.1/', false],
    ['https://0177.0.0.1/', false],
    ['https://[::1]/', false],
    ['https://[::ffff:10.0.0.1]/', false],
    ['https://metadata.google.internal/', false],
    ['https://metadata.google.internal./', false],
    ['https://kubernetes.default/', false],
    ['https://kubernetes.default.svc.cluster.local/', false],
    ['https://kubernetes.defaults.example.com/', true],
    ['https://api.internal.example/', false],
    ['https://203.0.113.9/', false],
    ['https://203.0.113.8/', true],
  ])('%s: %s', (url, permitted) => {
    expect(permitsHost(nothing, new URL(url).hostname, ['api.internal.example', '203.0.113.9'])).toBe(permitted)
  })

  it('permits loopback names where the rule does', () => {
    expect(permitsHost(everything, 'localhost', [])).toBe(true)
    expect(permitsHost(everything, '[::1]', [])).toBe(true)
  })
})

const resolver = (addresses: readonly string[]) => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return ((_name: string, _options: object, callback: (error: null, all: LookupAddress[]) => void) => {
    callback(null, found)
  }) as unknown as Parameters<typeof guardedLookup>[1]
}
const ask = (addresses: readonly string[], all: boolean) => {
  const { promise, resolve } = Promise.withResolvers<unknown[]>()
  guardedLookup(nothing, resolver(addresses))('host.example', { all }, (...result) => resolve(result))
  return promise
}

describe('lookup', () => {
  it('gives all addresses, or the first', async () => {
    const both = [
      { address: '1.1.1.1', family: 4 },
      { address: '2606::1', family: 6 },
    ]
    expect(await ask(['1.1.1.1', '2606::1'], true)).toEqual([null, both])
    expect(await ask(['1.1.1.1', '2606::1'], false)).toEqual([null, '1.1.1.1', 4])
  })

  it.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['::ffff:169.254.169.254', '1.1.1.1']]])(
    '%j is refused as a whole',
    async (addresses) => {
      expect(await ask(addresses, true)).toMatchObject([{ code: 'TAGBOAT_FORBIDDEN_ADDRESS' }, '', 4])
    },
  )

  it('fails for a name without addresses', async () => {
    expect(await ask([], true)).toMatchObject([{ message: 'host.example: no address' }, '', 4])
  })
})
