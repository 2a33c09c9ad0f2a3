import { dirname, join } from 'node:path'
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from '#core/policy/compile.ts'
import { runCase } from '#core/policy/run-case.ts'
import { parseTestFile } from '#core/policy/test-case.ts'
import { inlineSubject, referredSubject } from '#core/policy/test-subject.ts'
import { compileExclusions } from '#core/scan/exclude.ts'

const files = globSync('policies/**/*.test.yaml').toSorted()

it('there are at least ten resources to copy, each with its cases', () => {
  const resources = globSync('policies/*.yaml').filter((file) => !file.endsWith('.test.yaml'))
  expect(resources.length).toBeGreaterThanOrEqual(10)
  expect(resources.map((file) => file.replace(/\.yaml$/, '.test.yaml')).toSorted()).toEqual(files)
})

describe.each(files)('%s', (file) => {
  const test = parseTestFile(readFileSync(file, 'utf8'), file)
  const { policy, cases } = test
  const subject =
    'path' in policy
      ? referredSubject(readFileSync(join(dirname(file), policy.path), 'utf8'), policy.path, policy.name)
      : inlineSubject(policy.value, { file, lineAt: (path) => test.lineAt(path) })
  const compiled = compilePolicy(subject.spec, subject.field)
  const exclusions = compileExclusions(subject.exclusionList, subject.field)

  it.each(cases)('$name', (one) => {
    expect(runCase(compiled, exclusions, one)).toMatchObject({ ok: true })
  })
})
