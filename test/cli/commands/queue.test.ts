import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { runProgram } from '#cli/program.ts'
import { AppError } from '#core/error.ts'
import type { JobDetails, JobQuery, JobSummary, QueueInspector } from '#flow/ports/queue.ts'
import { startRedis } from '../../services/redis.ts'
import { memoryIo, type MemoryIo } from '../memory-io.ts'

function summary(id: string, more: Partial<JobSummary> = {}): JobSummary {
  return {
    id,
    queue: 'scan',
    state: 'failed',
    object: { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: id.replace('scan/', 'app-') },
    attempts: 1,
    addedAt: Date.parse('2026-01-02T03:04:05Z'),
    startedAt: Date.parse('2026-01-02T03:04:06Z'),
    finishedAt: Date.parse('2026-01-02T03:04:06.250Z'),
    error: 'access denied',
    ...more,
  }
}

const jobs = [summary('scan/2'), summary('scan/1', { object: { ...objectOf('web'), namespace: 'other' } })]

function objectOf(name: string) {
  return { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name } as const
}

function find(id: string): JobSummary {
  const job = jobs.find((one) => one.id === id)
  if (job === undefined) throw new AppError('QUEUE_JOB_MISSING', `there is no job ${id}`)
  return job
}

/** Queues in memory that remember what was done to them. */
function fakeQueues(): { readonly inspector: QueueInspector; readonly calls: string[] } {
  const calls: string[] = []
  const inspector: QueueInspector = {
    list: async (query: JobQuery) => {
      calls.push(`list ${JSON.stringify(query)}`)
      return jobs.slice(0, query.limit)
    },
    show: async (id): Promise<JobDetails> => ({ ...find(id), data: { v: 1 }, logs: ['found 3 tags', 'bad\u001b[31m'] }),
    retry: async (id) => void calls.push(`retry ${find(id).id}`),
    remove: async (id) => void calls.push(`remove ${find(id).id}`),
    pause: async (queue, isPaused) => void calls.push(`pause ${queue ?? 'all'} ${String(isPaused)}`),
    stats: async () => [
      {
        queue: 'scan',
        paused: true,
        counts: { waiting: 3, active: 1, failed: 2, completed: 40 },
        workers: undefined,
        oldestMs: 65_000,
      },
      {
        queue: 'update',
        paused: false,
        counts: { waiting: 0, active: 0, failed: 0, completed: 0 },
        workers: 2,
        oldestMs: undefined,
      },
    ],
    [Symbol.asyncDispose]: async () => void calls.push('closed'),
  }
  return { inspector, calls }
}

interface Ran {
  readonly code: number
  readonly io: MemoryIo
  readonly calls: readonly string[]
}

async function run(...argv: readonly string[]): Promise<Ran> {
  const { inspector, calls } = fakeQueues()
  const io = memoryIo({ programs: { ...memoryIo().programs, queues: async () => inspector } })
  return { code: await runProgram(['queue', ...argv], io), io, calls }
}

describe('tagboat queue ls', () => {
  it('prints a table, and closes what it opened', async () => {
    const { code, io, calls } = await run('ls')
    expect([code, calls]).toEqual([0, ['list {"limit":20}', 'closed']])
    const [titles, first] = io.out().split('\n')
    expect(titles?.split(/ {2,}/)).toEqual(['ID', 'STATE', 'OBJECT', 'AGE', 'TOOK', 'STARTS', 'ERROR'])
    expect(first).toMatch(/^scan\/2 +failed +ImageRepository apps\/app-2 +\d+[a-z0-9]* +250ms +1 +access denied$/)
  })

  it('prints one document for programs', async () => {
    const { io } = await run('ls', '-o', 'json', '--limit', '1')
    expect(JSON.parse(io.out())).toEqual({
      items: [
        {
          id: 'scan/2',
          queue: 'scan',
          state: 'failed',
          object: objectOf('app-2'),
          attempts: 1,
          addedAt: '2026-01-02T03:04:05.000Z',
          startedAt: '2026-01-02T03:04:06.000Z',
          finishedAt: '2026-01-02T03:04:06.250Z',
          tookMs: 250,
          error: 'access denied',
        },
      ],
    })
  })

  it('passes on what is asked for', async () => {
    const { calls } = await run('ls', '--queue', 'update', '--state', 'waiting', '--limit', '7')
    expect(calls[0]).toBe('list {"limit":7,"queue":"update","state":"waiting"}')
  })

  it('shows the jobs of one namespace, looking at more than it shows', async () => {
    const { io, calls } = await run('ls', '-n', 'other', '--limit', '1', '-o', 'json')
    expect(calls[0]).toBe('list {"limit":1000}')
    expect(JSON.parse(io.out())).toMatchObject({ items: [{ id: 'scan/1' }] })
  })

  it('says that there are none', async () => {
    const { code, io } = await run('ls', '-n', 'empty')
    expect([code, io.out(), io.err()]).toEqual([0, '', 'no jobs\n'])
  })
})

describe('tagboat queue show', () => {
  it('prints what a job said, and nothing that moves a cursor', async () => {
    const { code, io } = await run('show', 'scan/2')
    expect(code).toBe(0)
    expect(io.out()).toContain('error     access denied\n')
    expect(io.out().endsWith('\n\n  found 3 tags\n  bad\\x1b[31m\n')).toBe(true)
  })

  it('prints it as a document', async () => {
    const { io } = await run('show', 'scan/2', '-o', 'json')
    expect(JSON.parse(io.out())).toMatchObject({
      id: 'scan/2',
      data: { v: 1 },
      logs: ['found 3 tags', 'bad\u001b[31m'],
    })
  })

  it('fails for a job that is not there', async () => {
    const { code, io } = await run('show', 'scan/9')
    expect([code, io.out()]).toEqual([1, ''])
    expect(io.err()).toContain('tagboat: there is no job scan/9\n')
  })
})

describe('tagboat queue retry and remove', () => {
  it.each([
    [['retry', 'scan/1', 'scan/2'], 'retried scan/1\nretried scan/2\n', ['retry scan/1', 'retry scan/2']],
    [['remove', 'scan/1'], 'removed scan/1\n', ['remove scan/1']],
  ])('%j', async (argv, out, calls) => {
    const ran = await run(...argv)
    expect([ran.code, ran.io.out(), ran.calls]).toEqual([0, out, [...calls, 'closed']])
  })

  it('takes all failed jobs of a queue', async () => {
    const { code, calls } = await run('retry', '--all', '--queue', 'scan')
    expect(code).toBe(0)
    expect(calls).toEqual([
      'list {"limit":1000,"queue":"scan","state":"failed"}',
      'retry scan/2',
      'retry scan/1',
      'closed',
    ])
  })

  it('takes all jobs of a state and a namespace', async () => {
    const { calls } = await run('remove', '--all', '--state', 'completed', '-n', 'other')
    expect(calls).toEqual(['list {"limit":1000,"state":"completed"}', 'remove scan/1', 'closed'])
  })

  it('goes on after one that is not there, and fails at the end', async () => {
    const { code, io } = await run('retry', 'scan/9', 'scan/1', '-o', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(io.out())).toMatchObject({
      items: [
        { id: 'scan/9', ok: false, error: { code: 'QUEUE_JOB_MISSING' } },
        { id: 'scan/1', ok: true },
      ],
    })
    expect(io.err()).toBe('tagboat: there is no job scan/9\n')
  })
})

describe('tagboat queue pause, resume and stats', () => {
  it.each([
    [['pause'], 'paused scan, select, fetch, update\n', 'pause all true'],
    [['pause', '--queue', 'scan'], 'paused scan\n', 'pause scan true'],
    [['resume'], 'resumed scan, select, fetch, update\n', 'pause all false'],
  ])('%j', async (argv, out, call) => {
    const { code, io, calls } = await run(...argv)
    expect([code, io.out(), calls[0]]).toEqual([0, out, call])
  })

  it('pause prints a document', async () => {
    const { io } = await run('pause', '--queue', 'scan', '-o', 'json')
    expect(JSON.parse(io.out())).toEqual({ items: [{ queue: 'scan', paused: true }] })
  })

  it('stats prints figures', async () => {
    const { io } = await run('stats')
    expect(io.out()).toBe(
      [
        'QUEUE   WAITING  ACTIVE  FAILED  COMPLETED  OLDEST  WORKERS',
        'scan    3        1       2       40         65s     ?        paused',
        'update  0        0       0       0          -       2',
        '',
      ].join('\n'),
    )
  })

  it('stats prints a document', async () => {
    const { io } = await run('stats', '--queue', 'update', '-o', 'json')
    expect(JSON.parse(io.out())).toMatchObject({ items: [{ queue: 'update', workers: 2 }] })
  })
})

describe('wrong usage', () => {
  it.each([
    [[], "missing required argument 'action'"],
    [['frob'], 'queue: expected ls, show, retry, remove, pause, resume, stats, got "frob"'],
    [['constructor'], 'got "constructor"'],
    [['ls', 'scan/1'], 'queue ls: expected no ID, got 1'],
    [['show'], 'queue show: expected one ID, e.g. scan/17, got 0'],
    [['show', 'scan/1', 'scan/2'], 'got 2'],
    [['retry'], 'queue retry: expected IDs, e.g. scan/17, or --all, got 0'],
    [['retry', '--all', 'scan/1'], '--all stands instead of IDs'],
    [['ls', '--all'], '--all stands instead of IDs'],
    [['remove', '--all'], '--all: say by --state which jobs are to be removed'],
    [['ls', '--limit', '0'], '--limit: expected a number from 1 to 1000, got "0"'],
    [['ls', '--limit', 'x'], '--limit: expected a number'],
    [['ls', '--queue', 'sync'], "option '--queue <name>' argument 'sync' is invalid"],
    [['ls', '--state', 'lost'], "option '--state <state>' argument 'lost' is invalid"],
  ])('%j ends with 64', async (argv, message) => {
    const { code, io } = await run(...argv)
    expect([code, io.out()]).toEqual([64, ''])
    expect(io.err()).toContain(message)
  })
})

describe('the whole program', () => {
  const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
  const tagboat = async (...argv: readonly string[]) => promisify(execFile)(process.execPath, [main, ...argv])

  it('looks into a real Redis', async () => {
    await using redis = await startRedis()
    await redis.command('hset', '{tagboat:3f0c}:scan:meta', 'paused', '1')
    const { stdout } = await tagboat('queue', 'stats', '--queue', 'scan', '-o', 'json', '--redis', redis.url)
    expect(JSON.parse(stdout)).toEqual({
      items: [
        {
          queue: 'scan',
          paused: true,
          counts: { waiting: 0, active: 0, failed: 0, completed: 0 },
          workers: 0,
        },
      ],
    })
  })
})
