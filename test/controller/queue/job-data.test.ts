import { describe, expect, it } from 'vitest'
import { jobData, queueOf, readJobData } from '#controller/queue/job-data.ts'
import { key } from './scene.ts'

describe('the queue of a kind', () => {
  it.each([
    ['ImageRepository', 'scan'],
    ['ImagePolicy', 'select'],
    ['GitRepository', 'fetch'],
    ['ImageUpdateAutomation', 'update'],
    ['Sync', undefined],
  ] as const)('%s: %s', (kind, queue) => {
    expect(queueOf(kind)).toBe(queue)
  })
})

describe('what a job holds', () => {
  it('is the name of its object and the version of the format', () => {
    const object = { ...key('web'), status: { secret: 'not for Redis' } }
    expect(jobData(object)).toEqual({
      v: 1,
      group: 'tagboat.dev',
      kind: 'ImageRepository',
      namespace: 'apps',
      name: 'web',
    })
  })

  it('is read back, whatever a later version has added', () => {
    expect(readJobData({ ...jobData(key('web')), priority: 3 })).toEqual(key('web'))
  })

  it.each([
    ['of a later version', { ...jobData(key('web')), v: 2 }],
    ['without a version', { ...key('web') }],
    ['of a kind without a queue', jobData(key('web', 'Sync'))],
    ['of an unknown group', { ...jobData(key('web')), group: 'example.com' }],
    ['without a name', { ...jobData(key('web')), name: '' }],
    ['with a name longer than Kubernetes allows', { ...jobData(key('web')), name: 'x'.repeat(254) }],
    ['with a number for a namespace', { ...jobData(key('web')), namespace: 3 }],
    ['that is text', 'web'],
    ['that is null', null],
    ['that is missing', undefined],
  ])('F47 data %s is nobody’s', (_, data) => {
    expect(readJobData(data)).toBeUndefined()
  })
})
