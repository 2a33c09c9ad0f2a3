import type { PlanFileInput } from '#core/rewrite/plan-file.ts'
import type { PolicyState } from '#core/rewrite/policy-value.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

/** What the policies of these tests elected. */
const policies: ReadonlyMap<string, PolicyState> = new Map([
  ['apps:web', { latestRef: { name: 'ghcr.io/acme/web', tag: '1.10' }, extract: '110', selected: true, visible: true }],
  ['apps:api', { latestRef: { name: 'ghcr.io/acme/api', tag: 'v2.0.0', digest }, selected: true, visible: true }],
  ['apps:new', { selected: true, visible: true }],
  ['apps:bad', { latestRef: { name: 'ghcr.io/acme/bad', tag: 'no tag' }, selected: true, visible: true }],
  ['apps:out', { latestRef: { name: 'ghcr.io/acme/out', tag: '1' }, selected: false, visible: true }],
  ['base:shared', { latestRef: { name: 'ghcr.io/acme/shared', tag: '3.0' }, selected: true, visible: true }],
  ['base:hidden', { latestRef: { name: 'ghcr.io/acme/hidden', tag: '3.0' }, selected: true, visible: false }],
])

/** A file of an automation in the namespace `apps`; `text` is latin1. */
export function inputOf(text: string, more: Partial<PlanFileInput> = {}): PlanFileInput {
  const context = { ownNamespace: 'apps', policies, targets: [], holds: new Map<string, string>() }
  return { path: 'apps/web.yaml', text, markers: true, ...context, ...more }
}
