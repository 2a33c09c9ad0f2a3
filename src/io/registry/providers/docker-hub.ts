import { isDockerHub, isTag, type Tag } from '#core/image/reference.ts'
import { z } from '#core/schema.ts'
import { parseTime } from '#core/time.ts'
import type { Provider } from './provider.ts'

const page = z.object({
  next: z.string().nullish(),
  results: z.array(
    z.object({ name: z.string(), tag_last_pushed: z.string().nullish(), last_updated: z.string().nullish() }),
  ),
})

/** Docker Hub. HEAD of a manifest and lists are free; GET of a manifest counts as a pull. */
export const dockerHub: Provider = {
  name: 'docker-hub',
  matches: ({ host }) => isDockerHub(host),
  pageSize: 1000,
  perSecond: 5,
  actions: 'pull',
  countsPulls: true,
  pushTimes: {
    origin: 'https://hub.docker.com',
    path: (repository) => `/v2/repositories/${repository}/tags`,
    query: 'page_size=1000&ordering=last_updated',
    read(json) {
      const parsed = page.safeParse(json)
      if (!parsed.success) return undefined
      const times = parsed.data.results.flatMap((result): (readonly [Tag, number])[] => {
        const at = parseTime(result.tag_last_pushed ?? result.last_updated ?? '')
        return at !== undefined && isTag(result.name) ? [[result.name, at]] : []
      })
      return { times, next: parsed.data.next?.split('?', 2)[1] }
    },
  },
}
