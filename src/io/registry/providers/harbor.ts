import type { Provider } from './provider.ts'

/** Harbor; it names itself in its challenge. */
export const harbor: Provider = {
  name: 'harbor',
  matches: ({ challenge, headers }) =>
    (challenge?.kind === 'bearer' && challenge.service === 'harbor-registry') ||
    headers['x-harbor-csrf-token'] !== undefined,
  pageSize: 100,
  actions: 'pull',
  hint: (status) => (status === 404 ? undefined : 'a robot account needs the right "list tag" beside "pull"'),
}
