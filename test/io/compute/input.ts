import type { PlanFileInput } from '#core/rewrite/plan-file.ts'

export const line = 'image: web:1.0.0 # {"$imagepolicy": "apps:web"}\n'

/** Takes far longer to parse than the deadlines of these tests, and more memory than their small heaps. */
export const slow = `${line}${'a: [{b: c}]\n'.repeat(60_000)}`

export function inputOf(text: string): PlanFileInput {
  return {
    path: 'app.yaml',
    text,
    markers: true,
    ownNamespace: 'apps',
    policies: new Map([['apps:web', { latestRef: { name: 'web', tag: '2.0.0' }, selected: true, visible: true }]]),
    targets: [],
    holds: new Map(),
  }
}
