import type { Clock, GitWriter, PushResult, RegistryClient } from '#flow/ports.ts'

/** The writer, each of whose pushes is told of by how it ended. */
export function countedPushes(writer: GitWriter, told: (result: PushResult['kind'] | 'failed') => void): GitWriter {
  return {
    commit: async (remote, request, signal) => writer.commit(remote, request, signal),
    async push(remote, request, signal) {
      try {
        const result = await writer.push(remote, request, signal)
        told(result.kind)
        return result
      } catch (error) {
        told('failed')
        throw error
      }
    },
  }
}

/** The client, each of whose lists of tags is told of by how long it took, waiting for the registry's limits included. */
export function timedScans(
  client: RegistryClient,
  clock: Pick<Clock, 'monotonic'>,
  told: (ms: number, ok: boolean) => void,
): RegistryClient {
  return {
    ...client,
    async listTags(source, signal) {
      const startedAt = clock.monotonic()
      const passed = (): number => clock.monotonic() - startedAt
      try {
        const listed = await client.listTags(source, signal)
        told(passed(), true)
        return listed
      } catch (error) {
        told(passed(), false)
        throw error
      }
    },
  }
}
