import type { Provider } from './provider.ts'

const host = /^((.+\.)?gcr\.io|.+-docker\.pkg\.dev|docker\.s3nsregistry\.fr)$/

/** Google's registries. */
export const gar: Provider = {
  name: 'gar',
  matches: (clue) => host.test(clue.host),
  pageSize: 10_000,
  actions: 'pull',
  hint: (status) => (status === 404 ? undefined : 'the account needs the role roles/artifactregistry.reader'),
}
