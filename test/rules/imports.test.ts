import { describe, expect, it } from 'vitest'
import { forbiddenImports, type Packages } from './import-rules.ts'
import { parseSource, readSources, readText } from './sources.ts'

const packages: Packages = {
  product: new Set(['zod', 'undici', 'commander', 'left-pad']),
  development: new Set(['vitest']),
}

function problemsOf(path: string, text: string): readonly string[] {
  return forbiddenImports([parseSource(path, text)], packages)
}

describe('what the rule refuses', () => {
  it.each([
    ['src/core/policy/a.ts', `import fs from 'node:fs'`, 'core is pure'],
    ['src/core/scan/a.ts', `import type { A } from '../rewrite/b.ts'`, 'stages do not import each other'],
    ['src/core/policy/a.ts', `import type { A } from '../rewrite/b.ts'`, 'knows no other stage'],
    ['src/core/gate/a.ts', `import type { A } from '../policy/kind.ts'`, 'stages do not import each other'],
    ['src/core/image/a.ts', `import type { A } from '../api/resource.ts'`, 'only src/core/* lies below'],
    ['src/core/api/a.ts', `type A = typeof import('../policy/select.ts')`, 'the resources know only words'],
    ['src/core/rewrite/a.ts', `import { a } from '#flow/ports.ts'`, 'core is pure'],
    ['src/core/rewrite/a.ts', `import { z } from 'zod'`, 'the home of zod is src/core/schema.ts'],
    ['src/core/api/a.ts', `import { a } from '../secret/reveal.ts'`, 'only an edge that sends a credential'],
    ['src/core/new-stage/a.ts', `import { a } from '../error.ts'`, 'no layer owns'],
    ['src/flow/scan.ts', `import { a } from '#io/registry/client.ts'`, 'take a port (src/flow/ports.ts)'],
    ['src/flow/scan.ts', `import { a } from './select.ts'`, 'imports no other step'],
    ['src/flow/shared.ts', `import { a } from './select.ts'`, 'imports no step'],
    ['src/flow/scan.ts', `import { a } from '../core/error.ts'`, 'write #core/error.ts'],
    ['src/io/git/a.ts', `import { a } from '#io/registry/client.ts'`, 'an edge imports no other edge'],
    ['src/io/git/a.ts', `import { a } from '#flow/ports.ts'`, 'take a port'],
    ['src/io/git/a.ts', `import { a } from 'fs'`, 'write node:fs'],
    ['src/io/git/a.ts', `import { a } from 'undici'`, 'the home of undici'],
    ['src/io/git/a.ts', `import { a } from 'vitest'`, 'package.json does not name vitest under dependencies'],
    ['src/io/git/a.ts', `import { a } from 'left-pad'`, 'left-pad has no home'],
    ['src/io/git/a.ts', `import { a } from '../../../test/fakes/registry.ts'`, 'nothing from outside src'],
    ['src/cli/print/a.ts', `import { Command } from 'commander'`, 'the home of commander'],
    ['src/cli/a.ts', `import { a } from '#controller/queue.ts'`, 'main.ts hands'],
    ['src/controller/a.ts', `import { a } from '#cli/program.ts'`, 'nobody imports the command line'],
    ['src/main.ts', `import { a } from './cli/program.ts'`, 'by import()'],
    ['test/core/a.test.ts', `import { a } from '../../src/core/error.ts'`, 'write #core/error.ts'],
    ['test/core/a.test.ts', `import { a } from 'transitive/sub'`, 'package.json does not name transitive'],
  ])('%s with %s', (path, text, advice) => {
    const problems = problemsOf(path, text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`${path}:1 imports `)
    expect(problems[0]).toContain(advice)
  })
})

describe('what the rule allows', () => {
  it.each([
    ['src/core/policy/a.ts', `import { a } from '../api/image-policy.ts'`],
    ['src/core/policy/a.ts', `import { decide } from '../gate/decide.ts'`],
    ['src/core/commit/a.ts', `import type { ChangeSet } from '../rewrite/change-set.ts'`],
    ['src/core/schema.ts', `export { z } from 'zod'`],
    ['src/flow/scan.ts', `import { a } from './scan/due.ts'`],
    ['src/flow/scan.ts', `import type { Ports } from './ports.ts'`],
    ['src/flow/scan.ts', `import { a } from './shared.ts'`],
    ['src/flow/reconcile.ts', `import { scan } from './scan.ts'`],
    ['src/io/git/a.ts', `import { reveal } from '#core/secret/reveal.ts'`],
    ['src/io/git/a.ts', `import type { GitReader } from '#flow/ports.ts'`],
    ['src/io/registry/a.ts', `import { request } from '#io/http.ts'`],
    ['src/cli/commands/a.ts', `import type { Command } from 'commander'`],
    ['src/main.ts', `const { run } = await import('./cli/program.ts')`],
    ['test/core/a.test.ts', `import { a } from '#core/error.ts'\nimport { it } from 'vitest'`],
  ])('%s with %s', (path, text) => {
    expect(problemsOf(path, text)).toEqual([])
  })
})

it('every import of the repository is allowed', () => {
  const manifest = JSON.parse(readText('package.json')) as Record<string, Record<string, string>>
  const named: Packages = {
    product: new Set(Object.keys(manifest['dependencies'] ?? {})),
    development: new Set(Object.keys(manifest['devDependencies'] ?? {})),
  }
  expect(forbiddenImports(readSources('src', 'test', 'deploy'), named)).toEqual([])
})
