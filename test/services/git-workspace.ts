import { join } from 'node:path'
import { systemClock } from '#io/clock.ts'
import { prepareWorkspace, type GitOptions, type Workspace } from '#io/git/workspace.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The cache folder of the edge to Git by itself, for tests of its parts. */
export interface TestWorkspace extends AsyncDisposable {
  readonly workspace: Workspace
  readonly options: GitOptions
}

function silent(): void {}

/** Prepares one in a temporary folder, at a deeper path if told. */
export async function openTestWorkspace(
  below = 'cache',
  environment = { PATH: process.env['PATH'] },
): Promise<TestWorkspace> {
  const folder = await temporaryFolder('git')
  const options: GitOptions = {
    cacheDir: join(folder.path, below),
    environment,
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    probe: { at: async () => undefined },
  }
  return {
    workspace: await prepareWorkspace(options),
    options,
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  }
}
