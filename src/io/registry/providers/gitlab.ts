import type { Provider } from './provider.ts'

/** GitLab; its tokens come from the GitLab host and last some minutes. */
export const gitlab: Provider = {
  name: 'gitlab',
  matches: ({ challenge }) => challenge?.kind === 'bearer' && challenge.realm.pathname === '/jwt/auth',
  pageSize: 100,
  actions: 'pull',
  hint: (status) => (status === 404 ? undefined : 'the deploy or access token needs the scope read_registry'),
}
