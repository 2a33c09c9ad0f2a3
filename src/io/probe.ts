import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#core/error.ts'
import type { Probe, ProbePoint } from '#flow/ports.ts'
import { durationFlag } from '#core/flags.ts'

const points: ReadonlySet<string> = new Set<ProbePoint>([
  'tags-stored',
  'policy-status-written',
  'fetched',
  'blob-written',
  'tree-written',
  'commit-written',
  'push-sent',
  'push-acknowledged',
  'automation-status-written',
])

const silent: Probe = { at: async () => {} }

/**
 * Failpoints for tests: `FAILPOINT=<point>=kill|error|stop:30s|delay:2s[,…]`. Without `TAGBOAT_TEST=1` a set FAILPOINT
 * is `USAGE_INVALID`, so that none is ever armed by accident.
 */
export function openProbe(env: Readonly<Record<string, string | undefined>>): Probe {
  const text = env['FAILPOINT']
  if (text === undefined || text === '') return silent
  if (env['TAGBOAT_TEST'] !== '1') throw new AppError('USAGE_INVALID', 'FAILPOINT is set without TAGBOAT_TEST=1')
  const armed = new Map(text.split(',').map(parsePoint))
  return { at: async (point) => armed.get(point)?.() }
}

function parsePoint(text: string): [string, () => Promise<void>] {
  const [point = '', action = ''] = text.split('=')
  const [verb = '', duration = ''] = action.split(':')
  if (!points.has(point)) throw new AppError('USAGE_INVALID', `FAILPOINT: there is no point "${point}"`)
  switch (verb) {
    case 'kill':
      return [point, async () => void process.kill(process.pid, 'SIGKILL')]
    case 'error':
      return [point, async () => Promise.reject(new AppError('INTERNAL', `failpoint ${point}`))]
    case 'stop':
    case 'delay':
      return [point, async () => wait(durationFlag(duration, 'FAILPOINT'))]
    default:
      throw new AppError('USAGE_INVALID', `FAILPOINT: expected kill, error, stop:30s or delay:2s, got "${action}"`)
  }
}
