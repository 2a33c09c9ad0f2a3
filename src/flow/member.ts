import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { checkMessage, type MessageOptions } from '#core/commit/message.ts'
import { planUpdate, type UpdateInput, type UpdatePlan } from '#core/commit/plan.ts'
import { fileUid } from '#core/commit/run-id.ts'
import { isBelow, parseUpdatePath } from '#core/commit/update-path.ts'
import { requireSupported } from '#core/api/unsupported.ts'
import type { FileChange, Skip } from '#core/rewrite/change-set.ts'
import { markerText } from '#core/rewrite/marker.ts'
import { findMarkersTask } from '#core/rewrite/find-targets.ts'
import { giveUpFile } from '#core/rewrite/give-up.ts'
import { planFileTask, type PlanContext, type PlanFileInput } from '#core/rewrite/plan-file.ts'
import { reapplyFileTask } from '#core/rewrite/reapply-file.ts'
import { screenFile } from '#core/rewrite/screen.ts'
import { parseFieldTarget } from '#core/rewrite/strategies/fields.ts'
import type { FileIndex } from '#core/rewrite/target.ts'
import { yamlLimits } from '#core/yaml.ts'
import { holdsAgainstLowering } from './downgrade.ts'
import type { Lane, LaneMember } from './lane.ts'
import { policyStates, type PolicyView } from './policy-states.ts'
import type { ObjectId, Readers, TreeFile } from './ports.ts'
import { holdsForRollback } from './rollback.ts'
import { applyWords, checkoutWords, inWords } from './words.ts'

/** What one automation would do on a tree. */
export interface MemberPlan {
  readonly member: LaneMember
  /** Every file that was looked at. */
  readonly files: readonly FileChange[]
  /** Present content of the files that change, as latin1. */
  readonly before: ReadonlyMap<string, string>
  /** Undefined: nothing to change. */
  readonly update: UpdatePlan | undefined
  readonly skipped: readonly Skip[]
  readonly states: ReadonlyMap<string, PolicyView>
}

/** On what a member is planned. */
export interface MemberGround {
  readonly lane: Lane
  readonly parent: ObjectId
  /** Files that members before it have changed: their commits come first. */
  readonly overlay: ReadonlyMap<string, string>
  /** On a new tip: what was planned before, by path; nothing but that is done, the rest is somebody's newer decision. */
  readonly earlier: ReadonlyMap<string, FileChange> | undefined
}

type Needs = Pick<Readers, 'resources' | 'git' | 'markers' | 'compute' | 'settings' | 'hashes' | 'log'>

/**
 * Plans the commit of one automation on a tree. Nothing is written. Errors: `COMMIT_PATH_INVALID`, `GIT_PATH_MISSING`
 * for a root that does not exist, `REWRITE_…` for a bad target, `COMMIT_TEMPLATE_…`; faults of single files and markers
 * are in `skipped`.
 */
export async function planMember(
  member: LaneMember,
  ground: MemberGround,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<MemberPlan> {
  requireSupported(member.automation)
  requireSupported(member.repository)
  const { update } = member.automation.spec
  checkMessage(messageOptions(member.automation), readers.hashes)
  const roots = [update.path, ...update.paths].map((path) => parseUpdatePath(path, 'spec.update.path'))
  const states = await policyStates(member.automation, readers, signal)
  const context: PlanContext = {
    ownNamespace: member.automation.metadata.namespace,
    policies: new Map([...states].map(([key, { policy: _policy, ...state }]) => [key, state])),
    targets: update.targets.map((target) => parseFieldTarget(target, member.automation.metadata.namespace)),
    holds: new Map(),
  }
  const tree = await treeFiles(ground, { roots, globs: update.targets.map(({ path }) => path) }, { readers, signal })
  const plan = (holds: PlanContext['holds']) =>
    planFiles(tree.files, { ...context, holds }, { roots, readers, signal, ground })
  const first = await plan(new Map())
  const holds = await holdsOf({ member, ground, states, context, files: first }, { readers, signal })
  const files = holds.size === 0 ? first : await plan(holds)
  const texts = new Map(tree.files.map(({ path, text }) => [path, text]))
  const edited = files.filter(({ edits }) => edits.length > 0)
  return {
    member,
    files,
    before: new Map(edited.map(({ path }) => [path, texts.get(path) ?? ''])),
    update: planUpdate(updateInput(member, ground, { files, hashes: readers.hashes }), readers.hashes),
    skipped: [...tree.skipped, ...files.flatMap(({ skipped }) => skipped)],
    states,
  }
}

type ReadFile = TreeFile & { readonly text: string }

/** The files to be looked at, with the changes of earlier members; what cannot be read is told. */
async function treeFiles(
  { lane, parent, overlay }: MemberGround,
  query: { roots: readonly string[]; globs: readonly string[] },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<{ files: readonly ReadFile[]; skipped: readonly Skip[] }> {
  const all = await listFiles(lane, parent, { query, readers, signal })
  const files: ReadFile[] = []
  const skipped: Skip[] = []
  for (const file of all) {
    const text = overlay.get(file.path) ?? file.text
    const skip = screenFile(file)
    if (skip !== undefined) skipped.push(skip)
    else if (text !== undefined) files.push({ ...file, text })
  }
  return { files, skipped }
}

async function listFiles(
  lane: Lane,
  parent: ObjectId,
  {
    query,
    readers,
    signal,
  }: { query: { roots: readonly string[]; globs: readonly string[] }; readers: Needs; signal: AbortSignal },
): Promise<readonly TreeFile[]> {
  const all = { ...query, contains: markerText, maxBytes: yamlLimits.maxBytes }
  return inWords(checkoutWords, async () =>
    inWords(applyWords, async () => readers.git.files(lane.remote, parent, all, signal)),
  )
}

interface PlanFilesOptions {
  readonly roots: readonly string[]
  readonly readers: Needs
  readonly signal: AbortSignal
  readonly ground: MemberGround
}

async function planFiles(
  files: readonly ReadFile[],
  context: PlanContext,
  options: PlanFilesOptions,
): Promise<readonly FileChange[]> {
  const changes: FileChange[] = []
  for (const file of files) {
    const { path, text } = file
    const markers = options.roots.some((root) => isBelow(path, root))
    changes.push(await planOne({ ...context, path, text, markers }, file, options))
  }
  return changes
}

/** A file that costs more than it may is skipped like any other that cannot be read. */
async function planOne(input: PlanFileInput, file: ReadFile, options: PlanFilesOptions): Promise<FileChange> {
  const { readers, signal, ground } = options
  const { path, text } = input
  try {
    const tip = { ...input, ...(await indexOf(input, file, options)) }
    if (ground.earlier === undefined) return await readers.compute.run(planFileTask, tip, text.length, signal)
    const base = ground.earlier.get(path) ?? { edits: [], found: [] }
    return await readers.compute.run(reapplyFileTask, { base, tip }, text.length, signal)
  } catch (error) {
    const givenUp = giveUpFile(path, error)
    if (givenUp === undefined) throw error
    return givenUp
  }
}

/** The markers of a blob that was looked at before, perhaps by an earlier run: an unchanged file is not parsed again. */
async function indexOf(
  { text, markers }: PlanFileInput,
  { blob, path }: ReadFile,
  { readers, signal, ground }: PlanFilesOptions,
): Promise<{ index?: FileIndex }> {
  if (!markers || ground.overlay.has(path) || !text.includes(markerText)) return {}
  const known = await readers.markers.load(blob)
  if (known !== undefined) return { index: known }
  const index = await readers.compute.run(findMarkersTask, text, text.length, signal)
  await readers.markers.save(blob, index)
  return { index }
}

async function holdsOf(
  planned: Pick<MemberPlan, 'member' | 'states' | 'files'> & { ground: MemberGround; context: PlanContext },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  const { member, states, files, ground, context } = planned
  const lowering =
    readers.settings.lastChoice === 'git' ? holdsAgainstLowering(files, states) : new Map<string, string>()
  const find = async (path: string, text: string) => {
    const input = { ...context, path, text, markers: true }
    return (await readers.compute.run(planFileTask, input, text.length, signal)).found
  }
  const question = { member, remote: ground.lane.remote, commit: ground.parent, states, files, find }
  return new Map([...lowering, ...(await holdsForRollback(question, readers, signal))])
}

function updateInput(
  { automation, target }: LaneMember,
  { lane, parent }: MemberGround,
  { files, hashes }: { readonly files: readonly FileChange[]; readonly hashes: Needs['hashes'] },
): UpdateInput {
  const { namespace, name, uid } = automation.metadata
  const { git, update } = automation.spec
  const { template, values } = messageOptions(automation)
  const { host, path } = lane.remote.url
  const { branch } = target
  return {
    automation: { namespace, name },
    uid: uid ?? fileUid({ host, path, branch, namespace, name }, hashes.sha256),
    base: parent,
    branch,
    files,
    author: git?.commit.author ?? { name: '', email: '' },
    template,
    values,
    // With further roots, files are named from the root of the repository.
    updateRoot: update.paths.length > 0 ? '' : parseUpdatePath(update.path, 'spec.update.path'),
  }
}

function messageOptions({ metadata, spec }: ImageUpdateAutomation): MessageOptions {
  const { namespace, name } = metadata
  const { messageTemplate = '', messageTemplateValues = {} } = spec.git?.commit ?? {}
  return { automation: { namespace, name }, template: messageTemplate, values: messageTemplateValues, updateRoot: '' }
}
