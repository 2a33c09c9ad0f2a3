import { matchesSelector } from '#core/api/label-selector.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { usesOf } from '#core/api/uses.ts'
import type { Resource } from '#flow/ports.ts'
import type { CachedResource } from '#io/cluster/cluster.ts'

type Labels = Readonly<Record<string, string>>
type Automation = Extract<Resource, { kind: 'ImageUpdateAutomation' }>

interface Entry {
  readonly key: ObjectRef
  /** Under which names it is found in the index. */
  readonly places: readonly string[]
  readonly selector: Automation['spec']['policySelector']
}

/**
 * Who refers to whom, by what the objects say now: a change finds those it concerns without a look at all others. A
 * broken object is known and refers to nothing, since nobody works with what it says.
 */
export class References {
  readonly #entries = new Map<string, Entry>()
  readonly #users = new Map<string, Map<string, Entry>>()

  put(key: ObjectRef, cached: CachedResource): void {
    this.remove(key)
    const text = keyText(key)
    const entry = entryOf(key, cached)
    this.#entries.set(text, entry)
    for (const place of entry.places) {
      const users = this.#users.get(place) ?? new Map<string, Entry>()
      this.#users.set(place, users.set(text, entry))
    }
  }

  remove(key: ObjectRef): void {
    const text = keyText(key)
    for (const place of this.#entries.get(text)?.places ?? []) {
      const users = this.#users.get(place)
      users?.delete(text)
      if (users?.size === 0) this.#users.delete(place)
    }
    this.#entries.delete(text)
  }

  /** The object of a `keyText`; undefined if there is none. */
  key(text: string): ObjectRef | undefined {
    return this.#entries.get(text)?.key
  }

  /** Every object, as `keyText`. */
  texts(): Iterable<string> {
    return this.#entries.keys()
  }

  get size(): number {
    return this.#entries.size
  }

  /** Policies of an ImageRepository, automations of a GitRepository; it need not exist. */
  usersOf(key: ObjectRef): readonly ObjectRef[] {
    return this.#keysAt(keyText(key))
  }

  /** Objects that name a Secret. */
  usersOfSecret(namespace: string, name: string): readonly ObjectRef[] {
    return this.#keysAt(secretPlace(namespace, name))
  }

  /** Automations that work with policies of a namespace and whose selector chooses these labels. */
  automationsOf(namespace: string, labels: Labels): readonly ObjectRef[] {
    const entries = [...(this.#users.get(policiesPlace(namespace))?.values() ?? [])]
    return entries.filter(({ selector }) => matchesSelector(selector, labels)).map(({ key }) => key)
  }

  #keysAt(place: string): readonly ObjectRef[] {
    return [...(this.#users.get(place)?.values() ?? [])].map(({ key }) => key)
  }
}

function entryOf(key: ObjectRef, cached: CachedResource): Entry {
  if (cached.is === 'broken') return { key, places: [], selector: undefined }
  const { resource } = cached
  const { objects, secrets } = usesOf(resource)
  const { namespace } = resource.metadata
  const isAutomation = resource.kind === 'ImageUpdateAutomation'
  const places = [
    ...objects.map(keyText),
    ...secrets.map((name) => secretPlace(namespace, name)),
    ...(isAutomation ? namespacesOf(resource).map(policiesPlace) : []),
  ]
  return { key, places, selector: isAutomation ? resource.spec.policySelector : undefined }
}

/** Of the policies that an automation may use. Whether theirs permit it is its own to find out. */
function namespacesOf({ metadata, spec }: Automation): readonly string[] {
  return [...new Set([metadata.namespace, ...(spec.policyNamespaces ?? [])])]
}

function secretPlace(namespace: string, name: string): string {
  return `Secret/${namespace}/${name}`
}

function policiesPlace(namespace: string): string {
  return `policies of ${namespace}`
}
