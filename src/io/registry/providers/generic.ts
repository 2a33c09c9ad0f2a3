import type { Provider } from './provider.ts'

/** Whatever follows the distribution specification and is none of the others. */
export const generic: Provider = {
  name: 'generic',
  matches: () => true,
  pageSize: 1000,
  actions: 'pull',
}
