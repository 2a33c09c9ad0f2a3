import type { Edit } from '#core/rewrite/change-set.ts'

/** An edit of a reference in `apps/web.yaml`, but for what is given. */
export function edit(given: Partial<Edit> = {}): Edit {
  return {
    path: 'apps/web.yaml',
    line: 7,
    column: 12,
    from: 'ghcr.io/acme/web:1.0.0',
    to: 'ghcr.io/acme/web:1.1.0',
    policy: 'apps:web',
    part: 'full',
    ordinal: 0,
    object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'prod' },
    ...given,
  }
}
