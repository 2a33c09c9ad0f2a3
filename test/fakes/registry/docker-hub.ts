import { jsonAnswer, type Answer } from '#cli/demo/registry/answer.ts'
import type { RegistryState } from '#cli/demo/registry/respond.ts'
import type { Seen } from '../listener.ts'

/** `<namespace>/<name>` of `/v2/repositories/<namespace>/<name>/tags`, Docker Hub's own API for tags with times. */
export function dockerHubRepository(path: string): string | undefined {
  return /^\/v2\/repositories\/([^/]+\/[^/]+)\/tags\/?$/.exec(path)?.[1]
}

/** A page of tags with their push times, newest first, `next` an address on hub.docker.com as the real one gives. */
export function respondDockerHub(
  state: RegistryState,
  pushedAt: ReadonlyMap<string, number>,
  repository: string,
  request: Seen,
): Answer {
  const tags = state.content.get(repository)?.tags
  if (tags === undefined) return jsonAnswer(404, { message: 'object not found', errinfo: {} })
  const size = Math.min(100, Number(request.query.get('page_size') ?? 10))
  const page = Number(request.query.get('page') ?? 1)
  const results = [...tags]
    .map(([name, digest]) => ({ name, digest, at: pushedAt.get(`${repository}:${name}`) ?? 0 }))
    .toSorted((a, b) => b.at - a.at)
    .map(({ name, digest, at }) => ({
      name,
      digest,
      last_updated: new Date(at).toISOString(),
      tag_last_pushed: new Date(at).toISOString(),
      tag_status: 'active',
      images: [{ architecture: 'amd64', os: 'linux', digest, status: 'active' }],
    }))
  const isLast = page * size >= results.length
  const next = `https://hub.docker.com/v2/repositories/${repository}/tags?page_size=${size}&page=${page + 1}`
  return jsonAnswer(200, {
    count: results.length,
    next: isLast ? null : next,
    previous: null,
    results: results.slice((page - 1) * size, page * size),
  })
}
