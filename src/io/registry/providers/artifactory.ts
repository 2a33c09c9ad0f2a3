import type { Provider } from './provider.ts'

/** JFrog Artifactory; its Links lack the prefix of the repository. */
export const artifactory: Provider = {
  name: 'artifactory',
  matches: ({ headers }) => headers['x-jfrog-version'] !== undefined,
  pageSize: 1000,
  actions: 'pull',
  hint(status, repository) {
    const [first, name, ...rest] = repository.split('/')
    if (status !== 404 || name === undefined || rest.length > 0) return undefined
    return `in a virtual repository, official images of Docker Hub are ${first}/library/${name}`
  },
}
