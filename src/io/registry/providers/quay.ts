import type { Provider } from './provider.ts'

/** Quay. More than 100 tags a page may be refused, and heavy readers are banned. */
export const quay: Provider = {
  name: 'quay',
  matches: ({ host, challenge }) =>
    host === 'quay.io' || (challenge?.kind === 'bearer' && challenge.realm.pathname === '/v2/auth'),
  pageSize: 100,
  perSecond: 5,
  actions: 'pull',
}
