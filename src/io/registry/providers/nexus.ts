import { header } from '../../http/headers.ts'
import type { Provider } from './provider.ts'

/** Sonatype Nexus: with `n` it cuts the list without saying so (no Link before 3.64), so it is asked without. */
export const nexus: Provider = {
  name: 'nexus',
  matches: ({ headers }) => header(headers, 'server')?.startsWith('Nexus') === true,
  pageSize: undefined,
  actions: 'pull',
}
