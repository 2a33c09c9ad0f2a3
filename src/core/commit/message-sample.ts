import type { Edit, EditedObject } from '../rewrite/change-set.ts'

const values: Readonly<Record<Edit['part'], Pick<Edit, 'from' | 'to'>>> = {
  full: { from: 'registry.example.com/web:1.0.0', to: 'registry.example.com/web:1.0.1' },
  tag: { from: '1.0.0', to: '1.0.1' },
  name: { from: 'old.example.com/web', to: 'registry.example.com/web' },
  digest: { from: `sha256:${'0'.repeat(64)}`, to: `sha256:${'1'.repeat(64)}` },
  extract: { from: '1', to: '2' },
}

const web: EditedObject = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'production' }

/**
 * Edits as they come: two files, one of them with two objects, a document that is no Kubernetes object, and each part
 * that a marker can write.
 */
export const sampleEdits: readonly Edit[] = [
  sample('clusters/production/web.yaml', 0, 'full', web),
  sample('clusters/production/web.yaml', 1, 'tag', { ...web, name: 'worker' }),
  sample('clusters/production/web.yaml', 2, 'digest', { ...web, name: 'worker' }),
  sample('values.yaml', 0, 'name'),
  sample('values.yaml', 1, 'extract'),
]

function sample(path: string, ordinal: number, ...[part, object]: [part: Edit['part'], object?: EditedObject]): Edit {
  const place = { path, ordinal, line: 10 + ordinal, column: 12 }
  return { ...place, ...values[part], policy: 'apps:web', part, ...(object && { object }) }
}
