import type { Provider } from './provider.ts'

const host = /^.+\.azurecr\.(io|cn|de|us)$/

/** Azure's registry. Listing needs a right of its own. */
export const acr: Provider = {
  name: 'acr',
  matches: (clue) => host.test(clue.host),
  pageSize: 100,
  actions: 'pull,metadata_read',
  hint: (status) =>
    status === 404 ? undefined : 'the token or role needs metadata_read beside pull (AcrPull has both)',
}
