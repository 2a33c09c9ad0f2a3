import { own, z } from '../schema.ts'
import type { GitRepositoryStatus } from './git-repository.ts'
import type { ImagePolicyStatus } from './image-policy.ts'
import type { ImageRepositoryStatus } from './image-repository.ts'
import type { ImageUpdateAutomationStatus } from './image-update-automation.ts'
import type { ResourceKind } from './kinds.ts'

const text = (description: string) => z.string().meta({ description })
const time = (description: string) => z.string().meta({ description, format: 'date-time' })

/** A condition by the rules of Kubernetes; its time belongs to whoever writes the status. */
const condition = z.object({
  type: z
    .string()
    .max(316)
    .regex(
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/,
    )
    .meta({ description: 'what is said, e.g. Ready' }),
  status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'whether it holds' }),
  reason: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    .meta({ description: 'one word for programs' }),
  message: z.string().max(32_768).meta({ description: 'a sentence for people' }),
  observedGeneration: z.int().min(0).exactOptional().meta({ description: 'generation of the spec that it is about' }),
  lastTransitionTime: time('when the status last changed').exactOptional(),
})

const common = {
  conditions: z
    .array(condition)
    .exactOptional()
    .meta({
      description: 'state of the object by kstatus',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    }),
  observedGeneration: z.int().exactOptional().meta({ description: 'generation that was last worked through' }),
  lastHandledReconcileAt: text('value of the annotation requestedAt that was last handled').exactOptional(),
}

const imageRef = z.object({
  name: text('name of the image as in spec.image'),
  tag: text('its tag'),
  digest: text('its digest').exactOptional(),
})

const webhookPath = z.string().exactOptional().meta(own('path of the webhook at the listener, /hook/<sha256>'))

const imageRepository = z.object({
  ...common,
  webhookPath,
  canonicalImageName: text('name of the image with everything that is implied').exactOptional(),
  observedExclusionList: z
    .array(z.string())
    .exactOptional()
    .meta({ description: 'expressions that the last scan result went through' }),
  lastScanResult: z
    .object({
      revision: text('hash over the tags'),
      tagCount: z.int().meta({ description: 'number of tags' }),
      scanTime: time('when the list was read'),
      latestTags: z.array(z.string()).meta({ description: 'the first ten tags in descending order of bytes' }),
    })
    .exactOptional()
    .meta({ description: 'the last complete scan' }),
})

const imagePolicy = z.object({
  ...common,
  latestRef: imageRef.exactOptional().meta({ description: 'the image that is elected' }),
  observedPreviousRef: imageRef.exactOptional().meta({ description: 'the one before it' }),
  election: z
    .object({
      specHash: text('hash over what decides'),
      time: time('when it was elected'),
      missingSince: time('since when the elected tag is gone').exactOptional(),
      missedScans: z.int().exactOptional().meta({ description: 'complete scans running that lacked it' }),
    })
    .exactOptional()
    .meta(own('how the election came about')),
  explanation: z
    .object({
      counts: z.record(z.string(), z.int()).meta({ description: 'tags by verdict' }),
      rejections: z
        .array(
          z.object({
            tag: text('the tag'),
            verdict: text('code of the verdict'),
            reason: text('what it is founded on'),
          }),
        )
        .meta({ description: 'at most ten tags that were not chosen' }),
    })
    .exactOptional()
    .meta(own('why this tag and no other')),
})

const imageUpdateAutomation = z.object({
  ...common,
  lastAutomationRunTime: time('when the automation last ran to its end').exactOptional(),
  lastPushCommit: text('commit that was last pushed').exactOptional(),
  lastPushTime: time('when it was pushed').exactOptional(),
  observedPolicies: z
    .record(z.string(), imageRef)
    .exactOptional()
    .meta({ description: 'what the policies had elected at the last run, by their names' }),
  observedSourceRevision: text('revision of the repository at the last run').exactOptional(),
  skipped: z
    .array(
      z.object({
        path: text('the file'),
        line: z.int().exactOptional().meta({ description: 'line of the marker' }),
        code: text('code of the cause'),
        reason: text('the cause'),
      }),
    )
    .exactOptional()
    .meta(own('files and markers that were left alone, at most 50')),
  skippedCount: z.int().exactOptional().meta(own('how many they are, where that is more than are listed')),
  run: z
    .object({
      specHash: text('hash over the specs of the last run'),
      pushBranchHead: text('commit at which the push branch was seen').exactOptional(),
    })
    .exactOptional()
    .meta(own('what the last run was founded on')),
})

const gitRepository = z.object({
  ...common,
  webhookPath,
  artifact: z
    .object({
      revision: text('branch, tag or ref, and commit'),
      digest: text('id of its tree: equal digests are equal files'),
      path: text('name of the artifact'),
      url: text('name of the artifact as an address; nothing can be downloaded there'),
      lastUpdateTime: time('when the revision was first seen'),
    })
    .exactOptional()
    .meta({ description: 'the commit that was last found' }),
})

interface Statuses {
  readonly ImageRepository: ImageRepositoryStatus
  readonly ImagePolicy: ImagePolicyStatus
  readonly GitRepository: GitRepositoryStatus
  readonly ImageUpdateAutomation: ImageUpdateAutomationStatus
}

/** The schema of each kind's status, for CRDs and for a status that comes back from a file. Other fields are dropped. */
export const statusSchemas: { readonly [K in ResourceKind]: z.ZodType<Statuses[K]> } = {
  ImageRepository: imageRepository,
  ImagePolicy: imagePolicy,
  GitRepository: gitRepository,
  ImageUpdateAutomation: imageUpdateAutomation,
}
