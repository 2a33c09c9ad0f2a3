import type { z } from '../schema.ts'
import { gitRepositorySpec, type GitRepository, type GitRepositorySpec } from './git-repository.ts'
import { imagePolicySpec, type ImagePolicy, type ImagePolicySpec } from './image-policy.ts'
import { imageRepositorySpec, type ImageRepository, type ImageRepositorySpec } from './image-repository.ts'
import {
  imageUpdateAutomationSpec,
  type ImageUpdateAutomation,
  type ImageUpdateAutomationSpec,
} from './image-update-automation.ts'

/** An object of any kind that this release works with. */
export type AnyResource = ImageRepository | ImagePolicy | ImageUpdateAutomation | GitRepository

/** The spec of each kind that this release works with. */
export interface Specs {
  readonly ImageRepository: ImageRepositorySpec
  readonly ImagePolicy: ImagePolicySpec
  readonly GitRepository: GitRepositorySpec
  readonly ImageUpdateAutomation: ImageUpdateAutomationSpec
}

/** Kinds that this release works with. */
export type ResourceKind = keyof Specs

/** The schema of each kind's spec, in the order in which one feeds the next; lists of objects follow it. */
export const specSchemas: { readonly [K in ResourceKind]: z.ZodType<Specs[K]> } = {
  ImageRepository: imageRepositorySpec,
  ImagePolicy: imagePolicySpec,
  GitRepository: gitRepositorySpec,
  ImageUpdateAutomation: imageUpdateAutomationSpec,
}
