import { expect, it } from 'vitest'
import { controllerOptions } from '#controller/options.ts'

const around = { env: {}, cwd: '/work', hostname: 'laptop', pid: 7 }

it('completes what was not given', () => {
  const options = controllerOptions({}, { ...around, env: { HOME: '/home/me', REDIS_URL: '' } })
  expect(options).toMatchObject({
    redisUrl: undefined,
    namespaces: [],
    labelSelector: '',
    fluxKinds: 'auto',
    concurrency: { scan: 20, select: 20, fetch: 20, update: 20 },
    window: { quietMs: 250, maxMs: 2000 },
    retry: { minMs: 750, maxMs: 900_000 },
    pushesPerMinute: 6,
    addresses: { metrics: ':8080', health: ':9440', webhook: ':9292' },
    dashboard: undefined,
    leaderElection: true,
    leaseNamespace: undefined,
    identity: 'laptop-7',
    cacheDir: '/home/me/.cache/tagboat',
    logLevel: 'info',
    logFormat: 'json',
  })
})

it('takes the pod for what it says of itself', () => {
  const env = {
    POD_NAME: 'tagboat-0',
    POD_NAMESPACE: 'tagboat-system',
    REDIS_URL: 'redis://r',
    XDG_CACHE_HOME: '/cache',
  }
  expect(controllerOptions({}, { ...around, env })).toMatchObject({
    identity: 'tagboat-0',
    leaseNamespace: 'tagboat-system',
    redisUrl: 'redis://r',
    cacheDir: '/cache/tagboat',
  })
})

it('reads lists with commas and repeated flags, and paths against the working directory', () => {
  const flags = { watchNamespaces: ['a, b', 'c'], cacheDir: 'cache', kubeconfig: '/etc/kube', dashboard: true }
  expect(controllerOptions(flags, around)).toMatchObject({
    namespaces: ['a', 'b', 'c'],
    cacheDir: '/work/cache',
    kubeconfig: '/etc/kube',
    dashboard: { address: ':3000', tokenFile: undefined, writable: false },
  })
})

it.each([
  [{ concurrency: ['8'] }, { scan: 8, select: 8, fetch: 8, update: 8 }],
  [{ concurrency: ['8', 'update=2'] }, { scan: 8, select: 8, fetch: 8, update: 2 }],
  [{ concurrent: ['5'] }, { scan: 5, select: 5, fetch: 5, update: 5 }],
])('reads the concurrency of %j', (flags, concurrency) => {
  expect(controllerOptions(flags, around).concurrency).toEqual(concurrency)
})

it.each([
  [
    { concurrency: ['many'] },
    '--concurrency: expected 20, or that of a queue (scan, select, fetch, update) as in scan=20, got "many"',
  ],
  [
    { concurrency: ['push=3'] },
    '--concurrency: expected 20, or that of a queue (scan, select, fetch, update) as in scan=20, got "push=3"',
  ],
  [{ pushesPerMinute: '-1' }, '--pushes-per-minute: expected a whole number from 0, got "-1"'],
  [{ dashboardWrite: true }, '--dashboard-write does nothing without --dashboard'],
  [{ dashboardAddr: ':3001' }, '--dashboard-addr does nothing without --dashboard'],
  [{ debounceQuiet: 'soon' }, '--debounce-quiet: expected a duration such as 30s, 5m or 1h30m, got "soon"'],
])('names the flag of %j', (flags, message) => {
  expect(() => controllerOptions(flags, around)).toThrow(expect.objectContaining({ code: 'USAGE_INVALID', message }))
})
