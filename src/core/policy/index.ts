import { alphabetical } from './kinds/alphabetical.ts'
import { calver } from './kinds/calver.ts'
import { newest } from './kinds/newest.ts'
import { numerical } from './kinds/numerical.ts'
import { semver } from './kinds/semver/semver.ts'

/** Every kind of policy, by its name in `spec.policy`. A new kind is a file and a line here. */
export const policyKinds = { semver, alphabetical, numerical, calver, newest } as const
