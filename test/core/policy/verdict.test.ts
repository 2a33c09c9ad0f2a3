import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { verdicts } from '#core/policy/verdict.ts'

it.each(Object.entries(verdicts))('docs/policies.md explains %s', (code, sentence) => {
  expect(readFileSync('docs/policies.md', 'utf8')).toContain(`| \`${code}\` | ${sentence} |`)
})
