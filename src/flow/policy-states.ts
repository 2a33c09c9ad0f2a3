import { permits } from '#core/api/access.ts'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { matchesSelector } from '#core/api/label-selector.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import type { PolicyState } from '#core/rewrite/policy-value.ts'
import type { Readers } from './ports.ts'

/** A policy as an automation sees it. */
export interface PolicyView extends PolicyState {
  readonly policy: ImagePolicy
  /** Another group has a policy by the same name, which is not used. */
  readonly doubled: boolean
}

/**
 * Every ImagePolicy by `namespace:name`, with what the automation may do with it: those of its own namespace, and of
 * `policyNamespaces` where their `accessFrom` permits. Where two groups have the same name, the automation's own counts.
 */
export async function policyStates(
  automation: ImageUpdateAutomation,
  readers: Pick<Readers, 'resources' | 'settings'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PolicyView>> {
  const states = new Map<string, PolicyView>()
  const { namespace } = automation.metadata
  const labels = await readers.resources.namespaceLabels(namespace, signal)
  const policies = (await readers.resources.list(signal)).filter((resource) => resource.kind === 'ImagePolicy')
  for (const policy of policies) {
    const key = `${policy.metadata.namespace}:${policy.metadata.name}`
    const isFamily = (policy.group === 'tagboat.dev') === (automation.group === 'tagboat.dev')
    const other = states.get(key)
    if (other !== undefined && !isFamily) {
      states.set(key, { ...other, doubled: true })
      continue
    }
    const isOwn = policy.metadata.namespace === namespace
    const isNamed = automation.spec.policyNamespaces?.includes(policy.metadata.namespace) ?? false
    const visible = isOwn || (isNamed && readers.settings.crossNamespaceRefs && permits(policy.spec.accessFrom, labels))
    states.set(key, {
      policy,
      doubled: other !== undefined,
      visible,
      selected: matchesSelector(automation.spec.policySelector, policy.metadata.labels),
      ...latestOf(policy),
    })
  }
  return states
}

function latestOf(policy: ImagePolicy): Pick<PolicyState, 'latestRef' | 'extract'> {
  const latestRef = policy.status?.latestRef
  if (latestRef === undefined) return {}
  const extract = extractOf(policy, latestRef.tag)
  return { latestRef, ...(extract === undefined ? {} : { extract }) }
}

/** A policy that does not compile has told so itself; here it just has no extract. */
function extractOf(policy: ImagePolicy, tag: string): string | undefined {
  if (policy.spec.filterTags === undefined) return tag
  try {
    const { filter } = compilePolicy(policy.spec, 'spec')
    return filter === undefined ? tag : filter.key(tag)
  } catch {
    return undefined
  }
}
