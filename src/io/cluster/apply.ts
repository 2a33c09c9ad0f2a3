import { AppError } from '#core/error.ts'
import type { ApplyOptions, Gvr, KubeObject, ObjectName, ReviewObject } from './cluster.ts'
import { isFailure } from './failure.ts'
import { isRecord, objectIn } from './objects.ts'
import { labelOf, pathOf, queryOf } from './paths.ts'
import type { Call, Send } from './request.ts'

/** Under this name the API server remembers which fields are ours. */
const fieldManager = 'tagboat'

const json = 'application/json'
const applyPatch = 'application/apply-patch+yaml' // JSON is YAML
const mergePatch = 'application/merge-patch+json'

/** Writes single objects. */
export class Writer {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  async create(gvr: Gvr, object: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    const { namespace, name } = object.metadata
    const path = pathOf(gvr, namespace === undefined ? {} : { namespace }) + queryOf({ fieldManager })
    return this.#write(
      gvr,
      { verb: 'create', method: 'POST', path, body: bodyOf(json, object) },
      { name: nameOf(namespace, name), signal },
    )
  }

  async apply(
    gvr: Gvr,
    object: KubeObject,
    options: ApplyOptions & { readonly signal: AbortSignal },
  ): Promise<KubeObject> {
    const { force = true, dryRun = false, subresource, signal } = options
    const { namespace, name } = object.metadata
    const target = { ...nameOf(namespace, name), ...(subresource !== undefined && { subresource }) }
    const query = queryOf({ fieldManager, force, dryRun: dryRun ? 'All' : undefined, fieldValidation: 'Strict' })
    const call = {
      verb: 'apply',
      method: 'PATCH',
      path: pathOf(gvr, target) + query,
      body: bodyOf(applyPatch, object),
    } as const
    return this.#write(gvr, call, { name: nameOf(namespace, name), signal })
  }

  /** The version in the body lets it through only if nobody has changed the object since. */
  async applyStatus(gvr: Gvr, { base, status, signal }: StatusWrite): Promise<KubeObject> {
    const { namespace, name, uid, resourceVersion } = base.metadata
    const metadata = {
      ...nameOf(namespace, name),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    }
    const object = { apiVersion: base.apiVersion, kind: base.kind, metadata, status }
    const query = queryOf({ fieldManager, force: true })
    const path = pathOf(gvr, { ...nameOf(namespace, name), subresource: 'status' }) + query
    const call = { verb: 'apply', method: 'PATCH', path, body: bodyOf(applyPatch, object) } as const
    return this.#write(gvr, call, { name: nameOf(namespace, name), signal })
  }

  async patch(
    gvr: Gvr,
    name: ObjectName,
    { patch, signal }: { readonly patch: object; readonly signal: AbortSignal },
  ): Promise<KubeObject> {
    const path = pathOf(gvr, name) + queryOf({ fieldManager })
    return this.#write(gvr, { verb: 'patch', method: 'PATCH', path, body: bodyOf(mergePatch, patch) }, { name, signal })
  }

  async replace(gvr: Gvr, object: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    const name = nameOf(object.metadata.namespace, object.metadata.name)
    const path = pathOf(gvr, name) + queryOf({ fieldManager })
    return this.#write(gvr, { verb: 'update', method: 'PUT', path, body: bodyOf(json, object) }, { name, signal })
  }

  async remove(
    gvr: Gvr,
    { namespace, name, uid }: ObjectName & { readonly uid?: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const target = nameOf(namespace, name)
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      ...(uid !== undefined && { preconditions: { uid } }),
    }
    const call = { verb: 'delete', method: 'DELETE', path: pathOf(gvr, target), body: bodyOf(json, options) } as const
    try {
      await this.#send({ ...call, resource: gvr.resource, label: labelOf(gvr, target) }, signal)
      return true
    } catch (error) {
      if (isFailure(error, 'CLUSTER_NOT_FOUND')) return false
      throw error
    }
  }

  async review(gvr: Gvr, object: ReviewObject, signal: AbortSignal): Promise<unknown> {
    const call = { verb: 'create', method: 'POST', path: pathOf(gvr, {}), body: bodyOf(json, object) } as const
    const { value } = await this.#send({ ...call, resource: gvr.resource, label: labelOf(gvr) }, signal)
    if (!isRecord(value)) throw new AppError('CLUSTER_MALFORMED', `${labelOf(gvr)}: the answer is no object`)
    return value['status']
  }

  async #write(
    gvr: Gvr,
    call: Pick<Call, 'verb' | 'method' | 'path' | 'body'>,
    { name, signal }: { readonly name: ObjectName; readonly signal: AbortSignal },
  ): Promise<KubeObject> {
    const label = labelOf(gvr, name)
    const { value } = await this.#send({ ...call, resource: gvr.resource, label }, signal)
    const object = objectIn(value)
    if (object === undefined)
      throw new AppError('CLUSTER_MALFORMED', `${call.verb} of ${label}: the answer is no object`)
    return object
  }
}

/** A status and the object that it was computed from. */
export interface StatusWrite {
  readonly base: KubeObject
  readonly status: object
  readonly signal: AbortSignal
}

function bodyOf(type: string, value: object): { readonly type: string; readonly text: string } {
  return { type, text: JSON.stringify(value) }
}

function nameOf(namespace: string | undefined, name: string): ObjectName {
  return namespace === undefined ? { name } : { namespace, name }
}
