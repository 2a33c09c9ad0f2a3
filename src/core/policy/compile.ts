import type { ImagePolicySpec } from '../api/image-policy.ts'
import { AppError } from '../error.ts'
import { compileGates } from '../gate/index.ts'
import type { Gate } from '../gate/kind.ts'
import { compileFilter, type TagFilter } from './filter.ts'
import { policyKinds } from './index.ts'
import type { CompiledKind, PolicyKind, PolicyWarning } from './kind.ts'
import { compareBy, compareNatural } from './order.ts'

/** The fields of `ImagePolicy.spec` that decide an election. */
export type PolicySpec = Pick<ImagePolicySpec, 'policy'> &
  Partial<Pick<ImagePolicySpec, 'filterTags' | 'platforms' | 'allowDowngrade'>>

/** A tag that the policy orders: the text compared and what it means to the kind. */
export interface Entry {
  readonly tag: string
  readonly key: string
  readonly value: unknown
}

/** A policy checked and ready to judge any number of tag lists. */
export interface CompiledPolicy {
  /** In a few words: `semver ^1.2`. */
  readonly text: string
  readonly kind: CompiledKind
  readonly filter: TagFilter | undefined
  readonly gates: readonly Gate[]
  readonly warnings: readonly PolicyWarning[]
  /**
   * > 0 when `a` is preferred: by value, then by the tag (natural order under filterTags, else bytes). Total: 0 only
   * for the same tag. Flux leaves ties under filterTags to chance.
   */
  readonly prefer: (a: Entry, b: Entry) => number
}

/**
 * Checks a policy and makes it ready. `field` says where the spec stands, for messages: `ImagePolicy apps/web: spec`.
 * Errors: `POLICY_CHOICE_INVALID` (no kind, or several), `POLICY_RANGE_INVALID`, `POLICY_CALVER_INVALID`,
 * `POLICY_PATTERN_INVALID`, `POLICY_PLATFORM_INVALID`. Texts after the field are Flux's.
 */
export function compilePolicy(spec: PolicySpec, field: string): CompiledPolicy {
  const kind = compileKind(spec.policy, `${field}.policy`)
  const filter = spec.filterTags && compileFilter(spec.filterTags, `${field}.filterTags`)
  const byTag = filter === undefined ? compareBy<string> : compareNatural
  return {
    text: kind.text,
    kind,
    filter,
    gates: compileGates(spec, field),
    warnings: kind.warnings,
    prefer: (a, b) => kind.compare(a.value, b.value) || byTag(a.tag, b.tag),
  }
}

function compileKind(choice: PolicySpec['policy'], field: string): CompiledKind {
  const names = Object.keys(policyKinds) as (keyof typeof policyKinds)[]
  const given = names.filter((name) => choice[name] !== undefined)
  const [name, ...others] = given
  if (name === undefined) {
    throw new AppError('POLICY_CHOICE_INVALID', `${field}: invalid policy: none of ${names.join(', ')} is set`)
  }
  if (others.length > 0) {
    throw new AppError(
      'POLICY_CHOICE_INVALID',
      `${field}: invalid policy: ${given.join(' and ')} are set, expected one`,
    )
  }
  // The table pairs each name with the kind that takes this member's spec; the compiler cannot follow the pairing.
  const kind = policyKinds[name] as PolicyKind<unknown>
  return kind.compile(choice[name], `${field}.${name}`)
}
