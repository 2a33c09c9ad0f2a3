import type { Provider } from './provider.ts'

/** GitHub's registry. Even public images need an (anonymous) token; above 1000 a page is refused. */
export const ghcr: Provider = {
  name: 'ghcr',
  matches: ({ host }) => host === 'ghcr.io' || host === 'docker.pkg.github.com',
  pageSize: 1000,
  actions: 'pull',
  hint: (status) => (status === 404 ? undefined : 'for a private package the token needs the scope read:packages'),
}
