import { isAbsolute, join } from 'node:path'
import { AppError } from '#core/error.ts'
import { didYouMean } from '#core/api/nearest.ts'
import type { PolicySpec } from '#core/policy/compile.ts'
import { systemClock } from '#io/clock.ts'
import { openFiles } from '#io/files/resources.ts'
import type { CommandIo } from './io.ts'
import type { Flags } from '#core/flags.ts'
import { commonOptions } from './options.ts'

/** An ImagePolicy of the files with the exclusion list of its ImageRepository (empty: none is there). */
export interface FoundPolicy {
  readonly spec: PolicySpec
  readonly exclusionList: readonly string[]
  /** For messages: `ImagePolicy apps/web: spec`. */
  readonly field: string
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Finds an ImagePolicy in the files of `-f` by `name` or `namespace/name`. `USAGE_INVALID` if there is none, or several. */
export async function findPolicy(name: string, flags: Flags, io: CommandIo): Promise<FoundPolicy> {
  const { files, namespace } = commonOptions(flags)
  const paths = files.map((path) => (isAbsolute(path) || path === '-' ? path : join(io.cwd, path)))
  const resources = await (await openFiles(paths, { log: silent, clock: systemClock })).list()
  const policies = resources.filter((resource) => resource.kind === 'ImagePolicy')
  const inScope = policies.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
  const matches = inScope.filter(
    ({ metadata }) => name === metadata.name || name === `${metadata.namespace}/${metadata.name}`,
  )
  const [policy, second] = matches
  if (policy === undefined) {
    const near = didYouMean(
      name,
      inScope.map(({ metadata }) => metadata.name),
    )
    throw new AppError('USAGE_INVALID', `--policy: ${files.join(', ')} holds no ImagePolicy ${name}${near}`)
  }
  if (second !== undefined) {
    throw new AppError('USAGE_INVALID', `--policy: there are several ImagePolicies ${name}; write namespace/name`)
  }
  const { imageRepositoryRef: ref } = policy.spec
  const repository = resources.find(
    ({ kind, metadata }) =>
      kind === 'ImageRepository' &&
      metadata.name === ref.name &&
      metadata.namespace === (ref.namespace ?? policy.metadata.namespace),
  )
  const exclusionList = repository?.kind === 'ImageRepository' ? repository.spec.exclusionList : []
  return {
    spec: policy.spec,
    exclusionList,
    field: `ImagePolicy ${policy.metadata.namespace}/${policy.metadata.name}: spec`,
  }
}
