import { acr } from './acr.ts'
import { artifactory } from './artifactory.ts'
import { dockerHub } from './docker-hub.ts'
import { ecr } from './ecr.ts'
import { gar } from './gar.ts'
import { generic } from './generic.ts'
import { ghcr } from './ghcr.ts'
import { gitea } from './gitea.ts'
import { gitlab } from './gitlab.ts'
import { harbor } from './harbor.ts'
import { nexus } from './nexus.ts'
import type { Clue, Provider } from './provider.ts'
import { quay } from './quay.ts'

/** Every kind of registry that is known; the first that matches counts, so `generic` is the last. */
export const providers: readonly Provider[] = [
  dockerHub,
  ghcr,
  quay,
  ecr,
  gar,
  acr,
  harbor,
  gitlab,
  artifactory,
  nexus,
  gitea,
  generic,
]

/** The provider that the clue tells. */
export function providerOf(clue: Clue): Provider {
  return providers.find(({ matches }) => matches(clue)) ?? generic
}
