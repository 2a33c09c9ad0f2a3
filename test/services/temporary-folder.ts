import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone when its scope ends. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

/** `await using folder = await temporaryFolder('registry')`. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `tagboat-${name}-`))
  return {
    path,
    [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}
