import type { LatestRef } from '#core/api/image-policy.ts'
import { isDigest } from '#core/image/digest.ts'
import { isTag } from '#core/image/reference.ts'
import type { SkipCode } from './change-set.ts'
import type { Marker } from './marker.ts'

/** What is known of a policy when files are rewritten. */
export interface PolicyState {
  /** What it elected; absent while it has elected nothing. */
  readonly latestRef?: LatestRef
  /** What `filterTags.extract` makes of the elected tag; the tag itself without filterTags. */
  readonly extract?: string
  /** Does the automation's `policySelector` admit it? */
  readonly selected: boolean
  /** May the automation use it? Always true in the automation's own namespace. */
  readonly visible: boolean
}

/** Policies by `namespace:name`. */
export type Policies = ReadonlyMap<string, PolicyState>

/** What a policy says to a marker: the text to be written, or why there is none. */
export type PolicyValue = { readonly value: string } | { readonly code: SkipCode; readonly reason: string }

/** Names, tags and digests consist of these; nothing that YAML, a shell or a reader could take for something else. */
const safeText = /^[A-Za-z0-9._:/@+-]+$/

/**
 * The text that a marker asks for (Flux: `name:tag[@digest]`, the tag, the name, the digest; ours: `extract`).
 * `ownNamespace` is the automation's; undefined where every namespace counts as its own (`tagboat rewrite`).
 */
export function valueFor(marker: Marker, policies: Policies, ownNamespace: string | undefined): PolicyValue {
  const denied = findDenial(marker.policy, policies, ownNamespace)
  if (denied !== undefined) return denied
  const { latestRef, extract } = policies.get(marker.policy) ?? {}
  if (latestRef === undefined) return refuse('no-latest-ref', `policy ${marker.policy} has not elected a tag yet`)
  const fault = findFault(latestRef)
  if (fault !== undefined) return refuse('invalid-ref', `policy ${marker.policy}: ${fault}`)
  if (marker.part === 'extract') return extractOf(marker.policy, extract)
  if (marker.part === 'digest') return digestOf(marker.policy, latestRef)
  return { value: marker.part === 'full' ? printRef(latestRef) : latestRef[marker.part] }
}

/** Why an automation does not act on markers of a policy; undefined: it does. */
export function findDenial(
  policy: string,
  policies: Policies,
  ownNamespace: string | undefined,
): { readonly code: SkipCode; readonly reason: string } | undefined {
  const namespace = policy.slice(0, policy.indexOf(':'))
  const state = policies.get(policy)
  const isOwn = ownNamespace === undefined || namespace === ownNamespace
  if (isOwn && state === undefined) return refuse('unknown-policy', `there is no policy ${policy}`)
  if (!isOwn && state?.visible !== true) {
    // One text for absent and forbidden: nobody learns what other namespaces hold.
    return refuse('policy-not-visible', `policy ${policy} is of another namespace, which this automation may not use`)
  }
  if (state?.selected === false) return refuse('not-selected', `policySelector leaves out policy ${policy}`)
  return undefined
}

/** `name:tag`, with `@digest` if there is one. */
export function printRef({ name, tag, digest }: LatestRef): string {
  return digest === undefined || digest === '' ? `${name}:${tag}` : `${name}:${tag}@${digest}`
}

function refuse(code: SkipCode, reason: string): { readonly code: SkipCode; readonly reason: string } {
  return { code, reason }
}

function findFault({ name, tag, digest }: LatestRef): string | undefined {
  if (!safeText.test(name) || /[@+]/.test(name)) return 'the name of its latestRef is no image name'
  if (!isTag(tag)) return 'the tag of its latestRef is no tag'
  return digest === undefined || digest === '' || isDigest(digest)
    ? undefined
    : 'the digest of its latestRef is no digest'
}

function extractOf(policy: string, extract: string | undefined): PolicyValue {
  if (extract === undefined) return refuse('no-latest-ref', `the extract of policy ${policy} is not known here`)
  if (safeText.test(extract)) return { value: extract }
  return refuse(
    'invalid-ref',
    `policy ${policy}: its extract is empty or has other characters than A-Z a-z 0-9 . _ : / @ + -`,
  )
}

function digestOf(policy: string, { digest }: LatestRef): PolicyValue {
  if (digest !== undefined && digest !== '') return { value: digest }
  return refuse('no-digest', `policy ${policy} has no digest: set its spec.digestReflectionPolicy`)
}
