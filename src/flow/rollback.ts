import { releaseAnnotation } from '#core/api/annotations.ts'
import { parseTrailers } from '#core/commit/trailer.ts'
import { isLower } from '#core/policy/compare-tags.ts'
import type { Edit, FileChange, FoundValue } from '#core/rewrite/change-set.ts'
import { printTime } from '#core/time.ts'
import { compiledOf, isRaised, keysOfPolicy, tagIn } from './downgrade.ts'
import type { LaneMember } from './lane.ts'
import type { PolicyView } from './policy-states.ts'
import type { CommitInfo, GitRemote, ObjectId, Readers } from './ports.ts'

/** What has to be known to tell a rollback from an old value. */
export interface RollbackQuestion {
  readonly member: LaneMember
  readonly remote: GitRemote
  /** The commit whose files were planned. */
  readonly commit: ObjectId
  readonly states: ReadonlyMap<string, PolicyView>
  readonly files: readonly FileChange[]
  /** Finds the values in an older text of a file. */
  readonly find: (path: string, text: string) => Promise<readonly FoundValue[]>
}

/** How far back a file's history is looked through: an older rollback than that is taken for the normal value. */
const maxCommits = 50
/** The same for the history of all files together. */
const maxTogether = 200

/**
 * Values that a person put back below what a commit of ours had written: they stay until the policy elects something
 * higher than what was rolled back, the value changes again, or the automation carries `tagboat.dev/release: <commit>`
 * (flux2#4676 wants this). Gives `holdKey` → the reason. A repository without such a commit costs one `git log`.
 */
export async function holdsForRollback(
  question: RollbackQuestion,
  readers: Pick<Readers, 'git'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const holds = new Map<string, string>()
  const raised = question.files.filter(({ edits }) => edits.some((edit) => isRaised(edit, question.states) === true))
  if (raised.length === 0) return holds
  const paths = raised.map(({ path }) => path)
  const query = { from: question.commit, paths, withPaths: true, max: maxTogether } as const
  const retouched = retouchedAfterUs(await readers.git.log(question.remote, query, signal))
  for (const file of raised.filter(({ path }) => retouched.has(path))) {
    for (const [key, reason] of await holdsOfFile(file, question, { readers, signal })) holds.set(key, reason)
  }
  return holds
}

/** Files that somebody has changed after a commit of ours had; of most files nobody has. `history` is newest first. */
function retouchedAfterUs(history: readonly CommitInfo[]): ReadonlySet<string> {
  const [touched, retouched] = [new Set<string>(), new Set<string>()]
  for (const commit of history) {
    for (const path of commit.paths ?? []) {
      if (!isOurs(commit)) touched.add(path)
      else if (touched.has(path)) retouched.add(path)
    }
  }
  return retouched
}

async function holdsOfFile(
  file: FileChange,
  question: RollbackQuestion,
  { readers, signal }: { readers: Pick<Readers, 'git'>; signal: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  const holds = new Map<string, string>()
  const { remote, commit } = question
  const history = await readers.git.log(remote, { from: commit, paths: [file.path], max: maxCommits }, signal)
  const ours = history.findIndex(isOurs)
  const theirs = history.slice(0, Math.max(ours, 0))
  const last = history[ours]
  const by = theirs.at(-1)
  if (last === undefined || by === undefined || isReleased(question.member, theirs)) return holds
  const text = (await readers.git.read(remote, last.id, [file.path], signal)).get(file.path)
  const before = text === undefined ? [] : await question.find(file.path, text)
  for (const edit of file.edits) {
    const written = valueAt(before, file.found, edit)
    if (!isRolledBack(edit, written, question.states)) continue
    const reason = `${tagIn(edit) ?? edit.from} was put back by ${by.id.slice(0, 7)} (${by.committer.name}, ${printTime(by.committer.at)}) after ${written}; a higher tag than that ends this, or the annotation ${releaseAnnotation}: ${by.id.slice(0, 12)}`
    for (const key of keysOfPolicy(file.edits, edit.policy)) holds.set(key, reason)
  }
  return holds
}

function isOurs({ message }: CommitInfo): boolean {
  return parseTrailers(message).automations.length > 0
}

function isReleased({ automation }: LaneMember, theirs: readonly CommitInfo[]): boolean {
  const released = automation.metadata.annotations[releaseAnnotation]
  return released !== undefined && released.length >= 7 && theirs.some(({ id }) => id.startsWith(released))
}

/** The tag that our commit had put where the edit is now: the same policy and part, counted from the top of the file. */
function valueAt(before: readonly FoundValue[], now: readonly FoundValue[], edit: Edit): string | undefined {
  const alike = (value: FoundValue) => value.policy === edit.policy && value.part === edit.part
  const place = now.filter(alike).findIndex(({ ordinal }) => ordinal === edit.ordinal)
  const value = before.filter(alike)[place]?.value
  return value === undefined ? undefined : tagIn({ part: edit.part, from: value })
}

/** Lower than what we wrote, and nothing higher than that is on offer. */
function isRolledBack(edit: Edit, written: string | undefined, states: RollbackQuestion['states']): boolean {
  const view = states.get(edit.policy)
  const compiled = view === undefined ? undefined : compiledOf(view)
  const [now, next] = [tagIn(edit), view?.latestRef?.tag]
  if (compiled === undefined || written === undefined || now === undefined || next === undefined) return false
  const wasLowered = isLower(compiled, { from: written, to: now }) === true
  const isHigher = next !== written && isLower(compiled, { from: written, to: next }) === false
  return wasLowered && !isHigher
}
