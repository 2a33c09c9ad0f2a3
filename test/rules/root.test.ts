import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readText, root } from './sources.ts'

const entries = new Set(
  `src policies deploy test docs .ci .github package.json package-lock.json tsconfig.json Dockerfile .npmrc .gitignore
   .dockerignore README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE`.split(/\s+/),
)

/** Folders and files that Git does not see; the patterns of .gitignore are plain names, `name/` or `*.suffix`. */
function isIgnored(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern.replace(/\/$/, ''),
  )
}

it('the root holds what it must and nothing else: configuration of tools lives in test, decisions in docs/adr', () => {
  const ignored = ['.git', ...readText('.gitignore').split('\n').filter(Boolean)]
  const unknown = readdirSync(root).filter((name) => !entries.has(name) && !isIgnored(name, ignored))
  expect(unknown).toEqual([])
})
