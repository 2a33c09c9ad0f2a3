import type { Resource, ResourceReader } from '#flow/ports.ts'

/** The same resources, with tags read from another registry: what is written keeps the names of `spec.image`. */
export function scanningAt(reader: ResourceReader, host: string): ResourceReader {
  return {
    async get(key, signal) {
      const found = await reader.get(key, signal)
      return found === undefined ? undefined : moved(found, host)
    },
    list: async (signal) => (await reader.list(signal)).map((resource) => moved(resource, host)),
    secret: (namespace, name, signal) => reader.secret(namespace, name, signal),
    pullSecrets: (namespace, account, signal) => reader.pullSecrets(namespace, account, signal),
    namespaceLabels: (namespace, signal) => reader.namespaceLabels(namespace, signal),
  }
}

function moved(resource: Resource, host: string): Resource {
  if (resource.kind !== 'ImageRepository') return resource
  const path = resource.spec.image.slice(resource.spec.image.indexOf('/') + 1)
  return { ...resource, spec: { ...resource.spec, scanFrom: `${host}/${path}` } }
}
