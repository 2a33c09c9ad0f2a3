import type { GitRepositorySpec } from './git-repository.ts'
import type { ImagePolicySpec } from './image-policy.ts'
import type { FieldProblem } from './problem.ts'
import type { ResourceKind, Specs } from './kinds.ts'

/** A rule across fields. `cel` goes into the CRD and says the same as `holds` about a spec with its defaults. */
export interface Rule<Spec> {
  /** `flux`: its own definitions have it too; `tagboat`: Flux says so only when it works, or not at all. */
  readonly origin: 'flux' | 'tagboat'
  /** Field that a broken rule is reported at. */
  readonly path: readonly string[]
  readonly message: string
  readonly cel: string
  /** Evaluated on a parsed spec. */
  holds(spec: Spec): boolean
}

/** Policies that may be chosen; exactly one must be. */
const choices = ['semver', 'alphabetical', 'numerical', 'calver', 'newest'] as const

const imagePolicyRules: readonly Rule<ImagePolicySpec>[] = [
  {
    origin: 'tagboat',
    path: ['spec', 'policy'],
    message: `expected exactly one of ${choices.join(', ')}`,
    cel: `[${choices.map((one) => `has(self.policy.${one})`).join(', ')}].filter(x, x).size() == 1`,
    holds: ({ policy }) => choices.filter((one) => policy[one] !== undefined).length === 1,
  },
  {
    origin: 'flux',
    path: ['spec', 'interval'],
    message: "spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
    cel: "!has(self.interval) || (has(self.digestReflectionPolicy) && self.digestReflectionPolicy == 'Always')",
    holds: ({ interval, digestReflectionPolicy }) => interval === undefined || digestReflectionPolicy === 'Always',
  },
  {
    origin: 'flux',
    path: ['spec', 'digestReflectionPolicy'],
    message: "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
    cel: "has(self.interval) || !has(self.digestReflectionPolicy) || self.digestReflectionPolicy != 'Always'",
    holds: ({ interval, digestReflectionPolicy }) => interval !== undefined || digestReflectionPolicy !== 'Always',
  },
]

const gitRepositoryRules: readonly Rule<GitRepositorySpec>[] = [
  {
    origin: 'flux',
    path: ['spec', 'serviceAccountName'],
    message: "serviceAccountName can only be set when provider is 'azure' or 'aws'",
    cel: "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
    holds: ({ serviceAccountName, provider }) =>
      serviceAccountName === undefined || provider === 'azure' || provider === 'aws',
  },
  {
    origin: 'tagboat',
    path: ['spec', 'provider'],
    message: "spec.secretRef must be set when spec.provider is 'github'",
    cel: "has(self.secretRef) || !has(self.provider) || self.provider != 'github'",
    holds: ({ secretRef, provider }) => secretRef !== undefined || provider !== 'github',
  },
]

/** The rules of each kind: Flux's with their texts, and those that Flux finds only when it works. */
export const rules: { readonly [K in ResourceKind]: readonly Rule<Specs[K]>[] } = {
  ImageRepository: [],
  ImagePolicy: imagePolicyRules,
  ImageUpdateAutomation: [],
  GitRepository: gitRepositoryRules,
}

/** Rules that a parsed spec breaks, in order. */
export function brokenRules<K extends ResourceKind>(kind: K, spec: Specs[K]): readonly FieldProblem[] {
  return rules[kind].filter((rule) => !rule.holds(spec)).map(({ path, message }) => ({ path, message }))
}
