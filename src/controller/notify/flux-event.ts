import { writtenKind } from '#core/api/group.ts'
import type { ObjectEvent } from '#core/api/condition.ts'
import { redact } from '#core/secret/redact.ts'
import { printTime } from '#core/time.ts'
import type { Resource } from '#flow/ports.ts'

/** The object that an event is about: a resource, or one that is broken. */
export type Told = Pick<Resource, 'group' | 'apiVersion' | 'kind' | 'metadata'>

/**
 * An event as Flux's notification-controller takes it (fluxcd/pkg, apis/event). An Alert finds it by namespace, kind and
 * name of the object and by severity, whatever the group and whoever reports. Metadata that does not begin with the
 * object's group is thrown away there.
 */
export function fluxEvent(
  about: Told,
  event: ObjectEvent,
  from: { readonly instance: string; readonly at: number },
): object {
  const { group, apiVersion, metadata } = about
  const { namespace, name, uid, resourceVersion } = metadata
  const details = Object.entries(event.metadata).filter(([, value]) => value !== '')
  return {
    involvedObject: {
      apiVersion,
      kind: writtenKind(about),
      namespace,
      name,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    severity: event.type === 'Warning' ? 'error' : 'info',
    timestamp: printTime(from.at),
    message: redact(event.message),
    reason: event.reason,
    action: 'Reconcile',
    metadata: Object.fromEntries(details.map(([key, value]) => [`${group}/${key}`, redact(value)])),
    reportingController: 'tagboat',
    reportingInstance: from.instance,
  }
}
