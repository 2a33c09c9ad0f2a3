import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'
import { compilePolicy, type CompiledPolicy, type PolicySpec } from '#core/policy/compile.ts'
import { screenTags } from '#core/policy/judge.ts'
import { select } from '#core/policy/select.ts'
import type { Selection } from '#core/policy/selection.ts'
import type { Regex } from '#core/regex.ts'
import { compileExclusions } from '#core/scan/exclude.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { listFlag, textFlag, type Flags } from '#core/flags.ts'
import { commonOptions } from '../options.ts'
import { printSelection } from '../print/selection.ts'

/** What chooses, and which tags it never sees. */
interface Chooser {
  readonly policy: CompiledPolicy
  readonly exclusions: readonly Regex[]
}

/** `tagboat select`: chooses among given tags without network; exits 1 when nothing is chosen. */
export const selectCommand: CommandAction = async (operands, flags, io) => {
  if (operands.length > 0)
    throw usage(`select takes no argument, got "${quoteOutside(operands[0] ?? '')}"; tags come from --tags`)
  const { output } = commonOptions(flags)
  const { policy, exclusions } = await chooserOf(flags, io)
  const selection = select(policy, { ...screenTags(await readTags(textFlag(flags, 'tags') ?? '-', io)), exclusions })
  if (output === 'text') io.stdout.write(printSelection(selection, io.color))
  else await printResult(selection, output, io)
  if (selection.wants.length > 0) {
    io.stderr.write('hint: this policy has to ask the registry about its candidates; tagboat explain does so\n')
  }
  return selection.latest === null ? exitCodes.failed : exitCodes.done
}

async function printResult(selection: Selection, output: 'json' | 'yaml', io: CommandIo): Promise<void> {
  const { printDocument } = await import('../print/document.ts')
  const { latest, reason, counts, candidates } = selection
  await printDocument({ latest: latest && { tag: latest.tag }, reason, counts, candidates }, output, io)
}

const kindFlags = ['semver', 'numerical', 'alphabetical', 'calver'] as const

async function chooserOf(flags: Flags, io: CommandIo): Promise<Chooser> {
  const given = ['policy', ...kindFlags].filter((name) => textFlag(flags, name) !== undefined)
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : given.map((name) => `--${name}`).join(' and ')
    throw usage(`expected one of --policy, ${kindFlags.map((name) => `--${name}`).join(', ')}; got ${got}`)
  }
  const name = textFlag(flags, 'policy')
  if (name === undefined) return chooserOfFlags(flags)
  const stray = ['filter', 'extract', 'exclude'].find((flag) => flags[flag] !== undefined)
  if (stray !== undefined) throw usage(`--${stray} is part of the policy that --policy names; leave one of them out`)
  const { findPolicy } = await import('../find-policy.ts')
  const { spec, exclusionList, field } = await findPolicy(name, flags, io)
  return { policy: compilePolicy(spec, field), exclusions: compileExclusions(exclusionList, field) }
}

function chooserOfFlags(flags: Flags): Chooser {
  const extract = textFlag(flags, 'extract')
  const pattern = textFlag(flags, 'filter')
  if (extract !== undefined && pattern === undefined)
    throw usage('--extract needs --filter, whose match it takes a part of')
  try {
    const filterTags = pattern === undefined ? {} : { filterTags: { pattern, extract: extract ?? '' } }
    const policy = compilePolicy({ policy: choiceOf(flags), ...filterTags }, 'flags')
    return { policy, exclusions: compileExclusions(listFlag(flags, 'exclude') ?? [], 'flags') }
  } catch (error) {
    throw asUsage(error)
  }
}

function choiceOf(flags: Flags): PolicySpec['policy'] {
  const range = textFlag(flags, 'semver')
  const format = textFlag(flags, 'calver')
  const numerical = textFlag(flags, 'numerical')
  const alphabetical = textFlag(flags, 'alphabetical')
  return {
    ...(range !== undefined && { semver: { range } }),
    ...(format !== undefined && { calver: { format } }),
    ...(numerical !== undefined && { numerical: { order: orderOf(numerical), onInvalid: 'Fail' as const } }),
    ...(alphabetical !== undefined && { alphabetical: { order: orderOf(alphabetical) } }),
  }
}

function orderOf(text: string): 'asc' | 'desc' {
  return text === 'desc' ? 'desc' : 'asc'
}

const flagOf: Partial<Record<ErrorCode, string>> = {
  POLICY_RANGE_INVALID: '--semver',
  POLICY_CALVER_INVALID: '--calver',
  POLICY_PATTERN_INVALID: '--filter',
  REGISTRY_EXCLUSION_INVALID: '--exclude',
}

/** What a policy says about a field of its spec is here about a flag. */
function asUsage(error: unknown): unknown {
  const flag = isAppError(error) ? flagOf[error.code] : undefined
  if (!isAppError(error) || flag === undefined) return error
  return usage(`${flag}: ${error.message.slice(error.message.indexOf(': ') + 2)}`, error.hint)
}

function usage(message: string, hint?: string): AppError {
  return new AppError('USAGE_INVALID', message, hint === undefined ? {} : { hint })
}

/** A tag a line; blank lines do not count. */
async function readTags(source: string, io: CommandIo): Promise<readonly string[]> {
  const text = source === '-' ? await readAll(io.stdin) : await readFileText(resolve(io.cwd, source), source)
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

async function readAll(stream: CommandIo['stdin']): Promise<string> {
  const decoder = new TextDecoder()
  const parts: string[] = []
  for await (const chunk of stream)
    parts.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
  return parts.join('') + decoder.decode()
}

async function readFileText(path: string, shown: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw usage(`--tags: ${quoteOutside(shown)} cannot be read (${code})`)
  })
}
