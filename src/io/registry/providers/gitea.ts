import type { Provider } from './provider.ts'

/** Gitea and Forgejo: Bearer and Basic in one header. */
export const gitea: Provider = {
  name: 'gitea',
  matches: ({ challenge }) =>
    challenge?.kind === 'bearer' &&
    challenge.realm.pathname === '/v2/token' &&
    challenge.service === 'container_registry',
  pageSize: 100,
  actions: 'pull',
}
