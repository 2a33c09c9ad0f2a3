import type { Resource, ResourceReader } from '#flow/ports.ts'
import { bound } from '../retarget.ts'

/** The same resources, with tags read from another registry: what is written keeps the names of `spec.image`. */
export function scanningAt(reader: ResourceReader, host: string): ResourceReader {
  return {
    ...bound(reader),
    async get(key, signal) {
      const found = await reader.get(key, signal)
      return found === undefined ? undefined : moved(found, host)
    },
    list: async (signal) => (await reader.list(signal)).map((resource) => moved(resource, host)),
  }
}

function moved(resource: Resource, host: string): Resource {
  if (resource.kind !== 'ImageRepository') return resource
  const path = resource.spec.image.slice(resource.spec.image.indexOf('/') + 1)
  return { ...resource, spec: { ...resource.spec, scanFrom: `${host}/${path}` } }
}
