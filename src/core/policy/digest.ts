import type { ImagePolicySpec, LatestRef } from '../api/image-policy.ts'

/**
 * What `digestReflectionPolicy` demands for an elected tag: `none` (no digest is kept, an old one goes), `keep` (the
 * old digest stays, no request), `fetch` (HEAD of the manifest; without its digest the tag does not advance).
 */
export type DigestDecision = 'none' | 'keep' | 'fetch'

/** `previous` is the `latestRef` of the status, `name` and `tag` are what is elected now. */
export function decideDigest(
  policy: ImagePolicySpec['digestReflectionPolicy'],
  previous: LatestRef | undefined,
  elected: Pick<LatestRef, 'name' | 'tag'>,
): DigestDecision {
  if (policy === 'Never') return 'none'
  if (policy === 'Always') return 'fetch'
  const isSame = previous?.name === elected.name && previous.tag === elected.tag
  return isSame && previous.digest !== undefined && previous.digest !== '' ? 'keep' : 'fetch'
}
