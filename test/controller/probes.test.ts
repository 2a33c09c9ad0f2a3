import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { phaseCheck, probesApp, redisCheck, watchChecks, workersCheck, type Check } from '#controller/probes.ts'
import type { WatchState } from '#io/cluster/cluster.ts'

function watch(state: Partial<WatchState>): WatchState {
  return {
    group: 'tagboat.dev',
    kind: 'ImagePolicy',
    namespace: undefined,
    synced: true,
    ageMs: 0,
    failure: undefined,
    ...state,
  }
}

async function ask(path: string, checks: { ready?: readonly Check[]; alive?: readonly Check[] }) {
  const response = await probesApp({ ready: () => checks.ready ?? [], alive: () => checks.alive ?? [] }).request(path)
  return { status: response.status, lines: (await response.text()).trimEnd().split('\n') }
}

describe('a probe', () => {
  it('passes where every check does, and names them', async () => {
    const ready = [phaseCheck('running'), redisCheck(undefined), ...watchChecks([watch({})])]
    expect(await ask('/readyz', { ready })).toEqual({
      status: 200,
      lines: ['[+]running ok', '[+]redis ok', '[+]watch tagboat.dev/ImagePolicy ok', 'readyz check passed'],
    })
  })

  it('fails where one check does, and says why', async () => {
    const alive = [workersCheck(0), workersCheck(45_400)]
    expect(await ask('/healthz', { alive })).toEqual({
      status: 503,
      lines: ['[+]workers ok', '[-]workers failed: a job is 45 s beyond its deadline', 'healthz check failed'],
    })
  })

  it('is one of two: what is not ready may well be alive', async () => {
    const ready = [phaseCheck('starting')]
    expect(await ask('/healthz', { ready })).toMatchObject({ status: 200 })
    expect(await ask('/readyz', { ready })).toMatchObject({ status: 503 })
  })
})

const away = new AppError('CLUSTER_UNAVAILABLE', '10.0.0.1:443: connection refused')

describe('a check', () => {
  it.each<{ what: string; check: Check | undefined; is: Omit<Check, 'name'> }>([
    {
      what: 'a process that starts',
      check: phaseCheck('starting'),
      is: { ok: false, why: 'resources have not all been read yet' },
    },
    { what: 'a process that ends', check: phaseCheck('draining'), is: { ok: false, why: 'the process is ending' } },
    { what: 'Redis away for a moment', check: redisCheck(15_000), is: { ok: true, why: 'away for 15 s' } },
    { what: 'Redis away for long', check: redisCheck(15_600), is: { ok: false, why: 'away for 16 s' } },
    { what: 'a job that is stopped', check: workersCheck(30_000), is: { ok: true } },
    { what: 'a watch within its silence', check: watchChecks([watch({ ageMs: 90_000 })])[0], is: { ok: true } },
    {
      what: 'a watch that is silent',
      check: watchChecks([watch({ ageMs: 91_000, failure: away })])[0],
      is: { ok: false, why: 'silent for 91 s: 10.0.0.1:443: connection refused' },
    },
    {
      what: 'a watch that never listed',
      check: watchChecks([watch({ synced: false, ageMs: Infinity })])[0],
      is: { ok: false, why: 'not listed yet' },
    },
    {
      what: 'a watch of a kind that was removed',
      check: watchChecks([watch({ ageMs: 1e9, failure: new AppError('CLUSTER_KIND_MISSING', 'x') })])[0],
      is: { ok: true, why: 'the kind is not served' },
    },
  ])('$what', ({ check, is }) => {
    expect(check).toMatchObject(is)
    expect(check?.why).toBe(is.why)
  })

  it('of a watch names the namespace, if it is of one', () => {
    expect(watchChecks([watch({ namespace: 'apps' })])[0]?.name).toBe('watch tagboat.dev/ImagePolicy in apps')
  })
})
