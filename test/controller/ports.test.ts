import { expect, it } from 'vitest'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { ObjectEvent } from '#core/api/condition.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { announcingEvents, politePushes, portsOfJob, type SharedPorts } from '#controller/ports.ts'
import type { RunningJob } from '#controller/job.ts'
import type { GitRemote, GitWriter, Log, ResourceWriter } from '#flow/ports.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'

const { signal } = new AbortController()
const key: ObjectRef = { group: 'tagboat.dev', kind: 'ImagePolicy', namespace: 'apps', name: 'app' }

function jobThat(holdsLock: boolean): RunningJob {
  return { id: 'select/1', key, explain: async () => undefined, holdsLock: async () => holdsLock }
}

it('names the object on every line, and keeps what is worth telling', () => {
  const lines: (readonly [string, unknown])[] = []
  const write: Log['info'] = (message, fields) => void lines.push([message, fields])
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const ports = portsOfJob({ log } as SharedPorts, jobThat(true), () => true)
  ports.log.debug('a detail')
  ports.log.warn('a warning', { host: 'example.com' })
  expect(lines).toEqual([
    ['a detail', { ...key, job: 'select/1' }],
    ['a warning', { ...key, job: 'select/1', host: 'example.com' }],
  ])
  expect(ports.said()).toEqual(['a warning'])
})

it.each([
  [true, [true, true], true],
  [false, [true, true], false],
  [true, [false, false], false],
  [true, [true, false], false], // the Lease was lost while Redis was asked
])('I11 lock %s, lead %j: a push may go out: %s', async (holdsLock, lead, expected) => {
  const answers = lead.values()
  const ports = portsOfJob(
    { log: keepingLog() } as unknown as SharedPorts,
    jobThat(holdsLock),
    () => answers.next().value ?? false,
  )
  expect(await ports.fence.check(signal)).toBe(expected)
})

const pushing: GitWriter = { commit: async () => 'c', push: async () => ({ kind: 'pushed' }) }
const remoteAt = (text: string): GitRemote => ({ url: parseRemoteUrl(text, 'spec.url', ['https']) }) as GitRemote
const request = { updates: [], options: [] }

it('asks the bucket of the repository before each push, whoever pushes', async () => {
  const asked: unknown[] = []
  const writer = politePushes(
    pushing,
    (name, rate) => {
      asked.push([name, rate])
      return { take: async () => undefined, charge: () => undefined, slowDown: () => undefined }
    },
    6,
  )
  await writer.push(remoteAt('https://bot:secret@example.com/a.git'), request, signal)
  await writer.push(remoteAt('https://ann:other@example.com/a.git'), request, signal)
  const [first, second] = asked as [readonly [string, unknown], readonly [string, unknown]]
  expect(first).toEqual(second)
  expect(first[0]).not.toMatch(/secret|bot/)
  expect(first[1]).toEqual({ perSecond: 0.1, burst: 6 })
})

it('asks nobody where pushes are not limited', () => {
  expect(politePushes(pushing, () => expect.unreachable(), 0)).toBe(pushing)
})

const event: ObjectEvent = { type: 'Warning', reason: 'Held', message: 'a value is held', metadata: {} }

it('tells events to whoever wants them, and goes on where they cannot be posted', async () => {
  const log = keepingLog()
  const told: unknown[] = []
  const broken: ResourceWriter = {
    putStatus: async () => undefined,
    putEvents: async () => Promise.reject(new Error('forbidden')),
  }
  const writer = announcingEvents(broken, log, (about, events) => void told.push([about, events]))
  await writer.putEvents(key, [event], signal)
  expect(told).toEqual([[key, [event]]])
  expect(log.texts).toEqual([
    'ImagePolicy apps/app: a value is held',
    'the events of tagboat.dev/ImagePolicy/apps/app could not be posted: forbidden',
  ])
})
