import { describe, expect, it } from 'vitest'
import { detailsDocument, jobDocument, printDetails, printJobs } from '#cli/print/queue.ts'
import type { JobSummary } from '#flow/ports/queue.ts'

const at = Date.parse('2026-01-02T03:04:05Z')
const waiting: JobSummary = {
  id: 'update/7',
  queue: 'update',
  state: 'waiting',
  object: { group: 'image.toolkit.fluxcd.io', kind: 'ImageUpdateAutomation', namespace: 'apps', name: 'web' },
  attempts: 0,
  addedAt: at,
}
const row = (job: JobSummary): readonly string[] => {
  return (printJobs([job], at + 90_000).split('\n')[1] ?? '').split(/ {2,}/)
}

describe('a table of jobs', () => {
  it.each<[string, Partial<JobSummary>, readonly string[]]>([
    ['one that waits', {}, ['update/7', 'waiting', 'ImageUpdateAutomation apps/web', '90s', '-', '0']],
    [
      'one that waits again after its worker died',
      { startedAt: at, attempts: 1 },
      ['update/7', 'waiting', 'ImageUpdateAutomation apps/web', '90s', '-', '1'],
    ],
    [
      'one that runs: for how long so far',
      { state: 'active', attempts: 1, startedAt: at + 60_000 },
      ['update/7', 'active', 'ImageUpdateAutomation apps/web', '90s', '30s', '1'],
    ],
    ['one of another version', { object: undefined }, ['update/7', 'waiting', '(of another version)', '90s', '-', '0']],
    [
      'one that failed: a long error is cut, and stays on its line',
      { state: 'failed', attempts: 1, startedAt: at, finishedAt: at + 1500, error: `a\nb${'x'.repeat(200)}` },
      ['update/7', 'failed', 'ImageUpdateAutomation apps/web', '90s', '1.5s', '1', `a\\x0ab${'x'.repeat(97)}…`],
    ],
  ])('%s', (_, more, cells) => {
    expect(row({ ...waiting, ...more })).toEqual(cells)
  })

  it('is empty without jobs', () => {
    expect(printJobs([], at)).toBe('')
  })
})

describe('one job', () => {
  it('is told from its beginning to what it said', () => {
    const job = {
      ...waiting,
      state: 'completed',
      attempts: 1,
      startedAt: at + 1000,
      finishedAt: at + 3000,
      data: {},
      logs: ['nothing to do'],
      result: { gone: false, afterMs: 60_000 },
    } as const
    expect(printDetails(job, at + 90_000)).toBe(
      [
        'update/7',
        'state     completed',
        'object    ImageUpdateAutomation apps/web (image.toolkit.fluxcd.io)',
        'added     2026-01-02T03:04:05Z (90s ago)',
        'started   2026-01-02T03:04:06Z (89s ago)',
        'finished  2026-01-02T03:04:08Z (87s ago)',
        'took      2s',
        'starts    1',
        'next run  60s after this one',
        '',
        '  nothing to do',
        '',
      ].join('\n'),
    )
    expect(detailsDocument(job)).toMatchObject({ tookMs: 2000, logs: ['nothing to do'], result: { gone: false } })
  })

  it('of another version shows its data', () => {
    const text = printDetails({ ...waiting, object: undefined, data: { v: 2 }, logs: [] }, at)
    expect(text).toContain('object    (of another version)\n')
    expect(text.endsWith('data      {"v":2}\n')).toBe(true)
    expect(jobDocument({ ...waiting, object: undefined }).object).toBeNull()
  })
})
