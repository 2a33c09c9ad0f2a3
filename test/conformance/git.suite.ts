import { afterAll, beforeAll, describe } from 'vitest'
import { openTestGit } from '../services/git-client.ts'
import { bareRepository, type Changes } from '../services/git.ts'
import { lineCases } from './git-line.suite.ts'
import { readCases } from './git-read.suite.ts'
import type { Scene, SceneOptions, SetScene } from './git.scene.ts'
import { storeCases } from './git-store.suite.ts'
import type { GitTransport } from './git.transport.ts'
import { writeCases } from './git-write.suite.ts'

/** What `GitReader` and `GitWriter` promise, for one way to a repository. */
export function gitSuite(name: string, start: () => Promise<GitTransport>): void {
  describe(`git over ${name}`, () => {
    let transport: GitTransport
    beforeAll(async () => {
      transport = await start()
    })
    afterAll(async () => transport[Symbol.asyncDispose]())
    const setScene: SetScene = async (files, options) => openScene(transport, files, options)
    readCases(setScene)
    writeCases(setScene)
    storeCases(setScene, name === 'file')
    if (name !== 'file') lineCases(setScene)
  })
}

async function openScene(transport: GitTransport, files: Changes, options: SceneOptions = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await bareRepository(files, options))
  const client = stack.use(await openTestGit(options))
  const remote = await transport.remote(repository)
  const signal = AbortSignal.timeout(30_000)
  const port = (await transport.port(repository)) ?? 0
  const resources = stack.move()
  return {
    repository,
    remote,
    client,
    git: client.git,
    signal,
    port,
    through: async (other) => transport.remote(repository, other),
    fetchTip: async () => {
      const { refs } = await client.git.remoteRefs(remote, ['refs/heads/main'], signal)
      await client.git.fetch(remote, refs, signal)
      return refs.get('refs/heads/main') ?? ''
    },
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  }
}
