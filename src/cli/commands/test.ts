import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { AppError, isAppError } from '#core/error.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import { runCase, type CaseResult } from '#core/policy/run-case.ts'
import { parseTestFile, type TestFile } from '#core/policy/test-case.ts'
import { inlineSubject, referredSubject, type TestSubject } from '#core/policy/test-subject.ts'
import { compileExclusions } from '#core/scan/exclude.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { commonOptions } from '../options.ts'
import { printDocument } from '../print/document.ts'

/** The result of a case with its file; a file that cannot be used counts as one failed case. */
interface FileCase extends Omit<CaseResult, 'want' | 'got'> {
  readonly file: string
  readonly want: CaseResult['want'] | null
  readonly got: CaseResult['got'] | null
}

/** `tagboat test`: runs the cases of `*.test.yaml` files; exits 1 when one fails. */
export const testCommand: CommandAction = async (operands, flags, io) => {
  const { output, files: resources } = commonOptions(flags)
  const files = await findTests(operands.length > 0 ? operands : resources, io.cwd)
  const cases: FileCase[] = []
  for (const file of files) {
    const results = await runFile(file, io.cwd)
    cases.push(...results)
    if (output === 'text') io.stdout.write(printFile(file, results, io))
  }
  const passed = cases.filter(({ ok }) => ok).length
  const failed = cases.length - passed
  if (output === 'text') io.stdout.write(`${passed} passed, ${failed} failed\n`)
  else await printDocument({ passed, failed, cases }, output, io)
  return failed === 0 ? exitCodes.done : exitCodes.failed
}

/** Test files in the order of the paths given, those of a folder by name; a file given by name may be called anything. */
async function findTests(paths: readonly string[], cwd: string): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => testsIn(path, cwd)))
  const files = [...new Set(found.flat())]
  if (files.length > 0) return files
  throw new AppError('USAGE_INVALID', `no *.test.yaml in ${paths.join(', ')}`, {
    hint: 'write the cases of policies/web.yaml into policies/web.test.yaml; docs/policies.md shows how',
  })
}

async function testsIn(path: string, cwd: string): Promise<readonly string[]> {
  const full = resolve(cwd, path)
  const info = await stat(full).catch((error: unknown) => unreadable(path, error))
  if (!info.isDirectory()) return [path]
  const entries = await readdir(full, { recursive: true }).catch((error: unknown) => unreadable(path, error))
  return entries
    .filter((entry) => /\.test\.ya?ml$/.test(entry) && !entry.split('/').includes('node_modules'))
    .toSorted()
    .map((entry) => join(path, entry))
}

async function runFile(file: string, cwd: string): Promise<readonly FileCase[]> {
  try {
    const test = parseTestFile(await readText(file, cwd), file)
    const { spec, exclusionList, field } = await subjectOf(test, file, cwd)
    const policy = compilePolicy(spec, field)
    const exclusions = compileExclusions(exclusionList, field)
    return test.cases.map((one) => ({ file, ...runCase(policy, exclusions, one) }))
  } catch (error) {
    if (!isAppError(error)) throw error
    return [{ file, name: 'the file can be used', ok: false, want: null, got: null, reason: error.message }]
  }
}

async function subjectOf(test: TestFile, file: string, cwd: string): Promise<TestSubject> {
  const { policy } = test
  if ('value' in policy) return inlineSubject(policy.value, { file, lineAt: (path) => test.lineAt(path) })
  const referred = join(dirname(file), policy.path)
  const text = await readText(referred, cwd).catch((error: unknown) => {
    if (!isAppError(error)) throw error
    throw new AppError('POLICY_TEST_INVALID', `${file}:${test.lineAt(['policy'])}: policy: ${error.message}`)
  })
  return referredSubject(text, referred, policy.name)
}

async function readText(path: string, cwd: string): Promise<string> {
  return readFile(resolve(cwd, path), 'utf8').catch((error: unknown) => unreadable(path, error))
}

function unreadable(path: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  throw new AppError(
    'RESOURCE_UNREADABLE',
    `${path}: ${code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`}`,
  )
}

function printFile(file: string, results: readonly FileCase[], io: CommandIo): string {
  return `${file}\n${results.map((result) => printCase(result, io.color)).join('')}`
}

function printCase({ ok, name, want, got, reason }: FileCase, color: boolean): string {
  const mark = ok ? 'ok  ' : 'FAIL'
  const painted = color ? styleText(ok ? 'green' : 'red', mark, { validateStream: false }) : mark
  const lines = [`  ${painted}  ${name}`]
  if (!ok && want !== null && got !== null)
    lines.push(`        want ${printOutcome(want)}`, `        got  ${printOutcome(got)}`)
  for (const line of reason?.split('\n') ?? []) lines.push(`        ${line}`)
  return lines.map((line) => `${line}\n`).join('')
}

/** `6.5.4, latest: not-a-version` */
function printOutcome({ selects, rejects }: CaseResult['want']): string {
  const verdicts = Object.entries(rejects).map(([tag, verdict]) => `${tag}: ${verdict ?? 'not in the list'}`)
  return [selects ?? 'nothing', ...verdicts].join(', ')
}
