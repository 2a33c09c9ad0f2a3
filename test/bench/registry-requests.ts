import { openClient, sourceOf } from '../conformance/registry-client.ts'
import { openFakeRegistry } from '../fakes/registry.ts'
import { generatedTags } from '../fakes/registry/lists.ts'
import type { Figure } from './figure.ts'

const signal = new AbortController().signal

/** Requests to one registry with a login, per repository: in the first pass, and in the second. */
async function countRequests(repositories: number): Promise<{ readonly cold: number; readonly warm: number }> {
  const names = Array.from({ length: repositories }, (_, position) => `team/app-${position}`)
  const generated = Object.fromEntries(names.map((name) => [name, generatedTags(100)]))
  await using registry = await openFakeRegistry({ auth: { kind: 'bearer', expiresIn: 3600 }, lists: { generated } })
  await using client = openClient()
  const pass = async (): Promise<number> => {
    registry.forget()
    await Promise.all(names.map(async (name) => client.listTags(sourceOf(registry.host, name), signal)))
    return registry.count() / repositories
  }
  return { cold: await pass(), warm: await pass() }
}

export const figures: readonly Figure[] = [
  {
    name: 'requests per repository, 500 repositories of 100 tags on one host, unchanged',
    unit: 'requests',
    reach: '≤ 1',
    repeats: 1,
    run: async ({ quick }) => {
      const { cold, warm } = await countRequests(quick ? 50 : 500)
      return { value: warm, ok: warm <= 1, against: { name: 'the first pass, with logins', value: cold } }
    },
  },
]
