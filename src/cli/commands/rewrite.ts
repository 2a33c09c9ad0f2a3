import { unifiedDiff } from '#core/diff.ts'
import { AppError, isAppError } from '#core/error.ts'
import { parseImageRef } from '#core/image/reference.ts'
import type { Edit, FileChange } from '#core/rewrite/change-set.ts'
import { decodeLatin1 } from '#core/rewrite/latin1.ts'
import { giveUpFile } from '#core/rewrite/give-up.ts'
import { planFileTask } from '#core/rewrite/plan-file.ts'
import type { Policies, PolicyState } from '#core/rewrite/policy-value.ts'
import { isCandidate, screenFile } from '#core/rewrite/screen.ts'
import { openCompute } from '#io/compute/pool.ts'
import type { Compute } from '#flow/ports.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { hasFlag, listFlag } from '#core/flags.ts'
import { commonOptions, type OutputFormat } from '../options.ts'
import { printSkipped } from '../print/changes.ts'
import { printDiff } from '../print/diff.ts'
import { printDocument } from '../print/document.ts'
import { listTree, readTreeFile, writeTreeFile, type TreeEntry } from '../work-tree.ts'

/** What `tagboat rewrite` was asked for. */
export interface RewriteOptions {
  /** Files and folders. */
  readonly paths: readonly string[]
  /** What each policy stands for, by `namespace:name`. */
  readonly policies: Policies
  /** Write nothing; say by the exit code whether something would change. */
  readonly check: boolean
  readonly output: OutputFormat
}

/** `tagboat rewrite --image NS:NAME=REF… PATH… [--check]` */
export const rewriteCommand: CommandAction = async (operands, flags, io) => {
  const options = {
    paths: operands,
    policies: parseImages(listFlag(flags, 'image') ?? []),
    check: hasFlag(flags, 'check'),
    output: commonOptions(flags).output,
  }
  const { timeoutMs } = commonOptions(flags)
  if (timeoutMs === undefined) return rewrite(options, io)
  return rewrite(options, { ...io, signal: AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]) })
}

/** Rewrites marked scalars of files in place. Returns 0, or 2 where `check` found changes, or 1 if a file failed. */
export async function rewrite(options: RewriteOptions, io: CommandIo): Promise<number> {
  await using compute = openCompute()
  const results: Result[] = []
  for (const entry of await listTree(io.cwd, options.paths)) {
    if (io.signal.aborted) throw new AppError('CANCELLED', 'rewrite was stopped before all files were done')
    if (isCandidate(entry.path)) results.push(await rewriteFile(entry, options, { compute, signal: io.signal }))
  }
  await print(results, options, io)
  if (results.some(({ failure }) => failure !== undefined)) return exitCodes.failed
  return options.check && results.some(({ change }) => change.edits.length > 0) ? exitCodes.changes : exitCodes.done
}

/** What became of one file. */
interface Result {
  readonly change: FileChange
  readonly before: string
  readonly failure?: AppError
}

interface Tools {
  readonly compute: Compute
  readonly signal: AbortSignal
}

async function rewriteFile(entry: TreeEntry, options: RewriteOptions, tools: Tools): Promise<Result> {
  const { path } = entry
  const nothing: FileChange = { path, edits: [], skipped: [], found: [] }
  const refusal = screenFile(entry)
  if (refusal !== undefined) return { change: { ...nothing, skipped: [refusal] }, before: '' }
  try {
    const before = await readTreeFile(entry)
    const change = await plan(path, before, options, tools)
    if (change.text !== undefined && !options.check) await writeTreeFile(entry, change.text)
    return { change, before }
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    return { change: nothing, before: '', failure: error }
  }
}

async function plan(path: string, text: string, options: RewriteOptions, tools: Tools): Promise<FileChange> {
  const input = {
    path,
    text,
    markers: true,
    policies: options.policies,
    ownNamespace: undefined,
    targets: [],
    holds: noHolds,
  }
  try {
    return await tools.compute.run(planFileTask, input, text.length, tools.signal)
  } catch (error) {
    const givenUp = giveUpFile(path, error)
    if (givenUp === undefined) throw error
    return givenUp
  }
}

const noHolds: ReadonlyMap<string, string> = new Map()

function parseImages(words: readonly string[]): Policies {
  if (words.length === 0) throw usage('expected at least one --image NAMESPACE:POLICY=NAME:TAG')
  const policies = new Map<string, PolicyState>()
  for (const word of words) {
    const [, policy, ref] = /^([^\s:=]+:[^\s:=]+)=(.+)$/.exec(word) ?? []
    if (policy === undefined || ref === undefined) throw usage(`expected NAMESPACE:POLICY=NAME:TAG, got "${word}"`)
    if (policies.has(policy)) throw usage(`policy ${policy} is given twice`)
    policies.set(policy, { latestRef: parseRef(ref), selected: true, visible: true })
  }
  return policies
}

function parseRef(text: string): NonNullable<PolicyState['latestRef']> {
  const { name, tag, digest } = readRef(text)
  if (tag === undefined) throw usage(`expected a tag in "${text}"`)
  return { name: name.original, tag, ...(digest === undefined ? {} : { digest }) }
}

function readRef(text: string): ReturnType<typeof parseImageRef> {
  try {
    return parseImageRef(text, 'reference')
  } catch (error) {
    throw usage(isAppError(error) ? error.message : String(error))
  }
}

function usage(message: string): AppError {
  return new AppError('USAGE_INVALID', `--image: ${message}`)
}

async function print(results: readonly Result[], options: RewriteOptions, io: CommandIo): Promise<void> {
  for (const { failure } of results)
    if (failure !== undefined) io.stderr.write(`tagboat: ${failure.message}\n  hint: ${failure.hint}\n`)
  const files = results.filter(({ change }) => change.edits.length > 0)
  const skipped = results.flatMap(({ change }) => change.skipped)
  if (options.output !== 'text') {
    const shown = files.map(({ change: { path, edits } }) => ({ path, edits: edits.map(shownEdit) }))
    await printDocument({ files: shown, skipped }, options.output, io)
    return
  }
  for (const { change, before } of files) io.stdout.write(printDiff(diffOf(change, before), io.color))
  io.stdout.write(printSkipped(skipped))
  io.stdout.write(`${summaryOf(files, options.check)}\n`)
}

/** Without what the file around it says, and without what only Tagboat needs. */
function shownEdit({ line, column, from, to, policy, part, object }: Edit): Omit<Edit, 'path' | 'ordinal'> {
  return { line, column, from, to, policy, part, ...(object === undefined ? {} : { object }) }
}

function diffOf({ path, text }: FileChange, before: string): string {
  return unifiedDiff({ path, before: decodeLatin1(before), after: decodeLatin1(text ?? before) })
}

function summaryOf(files: readonly Result[], check: boolean): string {
  const values = files.flatMap(({ change }) => change.edits).length
  if (values === 0) return 'nothing to rewrite'
  const what = `${String(values)} ${values === 1 ? 'value' : 'values'} in ${String(files.length)} ${files.length === 1 ? 'file' : 'files'}`
  return check ? `${what} would be rewritten` : `${what} rewritten`
}
