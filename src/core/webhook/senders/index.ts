import type { KnownSender } from '../../api/webhook.ts'
import type { Sender } from '../sender.ts'
import { acr } from './acr.ts'
import { bitbucket } from './bitbucket.ts'
import { distribution } from './distribution.ts'
import { dockerHub } from './docker-hub.ts'
import { ecr } from './ecr.ts'
import { gcr } from './gcr.ts'
import { generic, genericHmac } from './generic.ts'
import { gitea } from './gitea.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { harbor } from './harbor.ts'
import { jfrog } from './jfrog.ts'
import { nexus } from './nexus.ts'
import { quay } from './quay.ts'

/** Every sender that is understood, by `spec.webhook.type`. */
export const senders: Readonly<Record<KnownSender, Sender>> = {
  generic,
  'generic-hmac': genericHmac,
  dockerhub: dockerHub,
  github,
  gitlab,
  gitea,
  bitbucket,
  harbor,
  quay,
  acr,
  gcr,
  ecr,
  nexus,
  jfrog,
  distribution,
}
