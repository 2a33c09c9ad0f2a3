import type { ImageOptions } from './registry/image.ts'

/** What is in the registry before the demo begins. */
export const firstTags: readonly ImageOptions[] = [
  ...['6.4.1', '6.5.0', '6.5.1', '6.6.0-rc.1', 'latest'].map((tag) => ({ repository: 'stefanprodan/podinfo', tag })),
  ...['gh-main-1760000000-0a1b2c3', 'gh-next-1761000000-ffee001'].map((tag) => ({
    repository: 'goauthentik/dev-server',
    tag,
  })),
]

/** One round: what CI pushes, and what it shows. */
export interface Round {
  readonly image: ImageOptions
  readonly shows: string
}

/** The rounds, in order; with `--forever` later ones are made up. */
export function roundAt(index: number): Round {
  const round = rounds[index]
  if (round !== undefined) return round
  const minor = 7 + Math.floor(index / 2)
  const tag = index % 2 === 0 ? `6.${minor}.0` : `6.${minor}.1`
  return { image: { repository: 'stefanprodan/podinfo', tag }, shows: 'another release' }
}

const rounds: readonly Round[] = [
  {
    image: { repository: 'stefanprodan/podinfo', tag: '6.5.3' },
    shows: 'a patch release: the policy ^6.5.0 takes it',
  },
  {
    image: { repository: 'goauthentik/dev-server', tag: 'gh-main-1762345678-9f8e7d6' },
    shows: 'a build of the main branch: the timestamp in the tag decides',
  },
  {
    image: { repository: 'stefanprodan/podinfo', tag: '7.0.0' },
    shows: 'a new major version: ^6.5.0 leaves it out, and says so',
  },
  {
    image: { repository: 'stefanprodan/podinfo', tag: '6.6.0' },
    shows: 'a minor release: higher than 6.5.3, so it is next',
  },
]
