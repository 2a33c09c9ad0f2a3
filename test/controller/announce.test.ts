import { expect, it } from 'vitest'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { announcer } from '#controller/announce.ts'
import { MemoryScanStore } from '#io/store/memory.ts'

const { signal } = new AbortController()
const key = (kind: ObjectRef['kind']): ObjectRef => ({ group: 'tagboat.dev', kind, namespace: 'apps', name: 'app' })

it('notes the news of a repository, then adds its job', async () => {
  const [scans, added] = [new MemoryScanStore(), [] as ObjectRef[]]
  const announce = announcer(scans, { add: async (object) => void added.push(object) })
  await announce(key('ImageRepository'), 17, signal)
  expect(await scans.announcedAt(keyText(key('ImageRepository')))).toBe(17)
  expect(added).toEqual([key('ImageRepository')])
})

it('adds the job of a source, which looks at its remote anyway', async () => {
  const added: ObjectRef[] = []
  const announce = announcer(new MemoryScanStore(), { add: async (object) => void added.push(object) })
  await announce(key('GitRepository'), 17, signal)
  expect(added).toEqual([key('GitRepository')])
})

it('fails where the job cannot be added, so that the sender comes again', async () => {
  const announce = announcer(new MemoryScanStore(), { add: async () => Promise.reject(new Error('away')) })
  await expect(announce(key('ImageRepository'), 17, signal)).rejects.toThrow('away')
})
