import type { GitRemote, ObjectId } from '#flow/ports.ts'
import type { Git } from '#io/git/open.ts'
import type { TestGit, TestGitOptions } from '../services/git-client.ts'
import type { BareRepository, Changes, RepositoryOptions } from '../services/git.ts'

/** A repository, the edge under test, and the way between them. */
export interface Scene extends AsyncDisposable {
  readonly repository: BareRepository
  readonly remote: GitRemote
  readonly client: TestGit
  readonly git: Git
  readonly signal: AbortSignal
  /** Where the server listens. */
  readonly port: number
  /** The same remote through another port, where a proxy of the test stands. */
  through(port: number): Promise<GitRemote>
  /** `refs/heads/main`, looked up and fetched. */
  fetchTip(): Promise<ObjectId>
}

/** Sets a scene with these files in the repository. */
export type SetScene = (files: Changes, options?: SceneOptions) => Promise<Scene>

/** What a scene may differ in. */
export interface SceneOptions extends TestGitOptions, RepositoryOptions {}
