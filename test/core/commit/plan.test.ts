import { describe, expect, it } from 'vitest'
import { planUpdate, type UpdateInput } from '#core/commit/plan.ts'
import { runId } from '#core/commit/run-id.ts'
import type { Edit, FileChange, Skip } from '#core/rewrite/change-set.ts'
import { Secret } from '#core/secret/secret.ts'
import { systemHashes } from '#io/hash.ts'
import { edit } from './edits.ts'

const skip: Skip = { path: 'z.yaml', line: 3, code: 'unknown-policy', reason: 'no policy apps:x' }

function file(path: string, edits: readonly Partial<Edit>[], skipped: readonly Skip[] = []): FileChange {
  return { path, edits: edits.map((given) => edit({ path, ...given })), skipped, found: [] }
}

function input(given: Partial<UpdateInput> = {}): UpdateInput {
  return {
    automation: { namespace: 'apps', name: 'web' },
    uid: '6f9619ff',
    base: '0123456789abcdef0123456789abcdef01234567',
    branch: 'refs/heads/main',
    template: 'Update {{ .AutomationObject }}',
    values: {},
    updateRoot: '',
    author: { name: 'Fluxbot', email: 'bot@example.com' },
    files: [
      file('b.yaml', [{ ordinal: 1, from: 'x:1', to: 'x:2' }, { ordinal: 0 }]),
      file('z.yaml', [], [skip]),
      file('a.yaml', [{}]),
    ],
    ...given,
  }
}

describe('planUpdate', () => {
  it('composes a commit of the files that change', () => {
    const plan = planUpdate(input(), systemHashes)
    expect(plan?.files.map(({ path }) => path)).toEqual(['a.yaml', 'b.yaml'])
    expect(plan?.edits.map(({ path, ordinal }) => [path, ordinal])).toEqual([
      ['a.yaml', 0],
      ['b.yaml', 0],
      ['b.yaml', 1],
    ])
    expect(plan).toMatchObject({
      automation: { namespace: 'apps', name: 'web' },
      base: '0123456789abcdef0123456789abcdef01234567',
      branch: 'refs/heads/main',
      skipped: [skip],
      author: { name: 'Fluxbot', email: 'bot@example.com' },
      warnings: [],
    })
  })

  it('ends the message in trailers that name the run', () => {
    const plan = planUpdate(input(), systemHashes)
    const run = runId('6f9619ff', plan?.edits ?? [], systemHashes.sha256)
    expect(plan?.trailers.run).toBe(run)
    expect(plan?.message).toBe(
      `Update apps/web

Tagboat-Automation: apps/web
Tagboat-Run: ${run}
Tagboat-Image: apps:web ghcr.io/acme/web:1.0.0 -> ghcr.io/acme/web:1.1.0
Tagboat-Image: apps:web x:1 -> x:2
`,
    )
  })

  it('plans nothing where nothing changes', () => {
    expect(planUpdate(input({ files: [file('z.yaml', [], [skip])] }), systemHashes)).toBeUndefined()
    expect(planUpdate(input({ files: [], template: '{{ broken' }), systemHashes)).toBeUndefined()
  })

  it('does not depend on the base, nor on the order of files and edits', () => {
    const shuffled = input()
      .files.map((one) => ({ ...one, edits: one.edits.toReversed() }))
      .toReversed()
    const other = planUpdate(input({ files: shuffled, base: 'f'.repeat(40) }), systemHashes)
    expect(other?.message).toBe(planUpdate(input(), systemHashes)?.message)
  })

  it('warns of an empty message', () => {
    const plan = planUpdate(input({ template: ' {{ "" }}' }), systemHashes)
    expect(plan?.message).toMatch(/^Update from image update automation\n\nTagboat-Automation: apps\/web\n/)
    expect(plan?.warnings).toEqual([
      {
        reason: 'EmptyMessage',
        message: 'spec.git.commit.messageTemplate renders to an empty message; the default is used',
      },
    ])
  })

  it('A26: makes name and address of the author fit for git', () => {
    const author = { name: '  Bot\n<evil>\u0000 ', email: '<bot@example.com>\r\n' }
    expect(planUpdate(input({ author }), systemHashes)?.author).toEqual({ name: 'Botevil', email: 'bot@example.com' })
    expect(planUpdate(input({ author: { name: '', email: 'a@b' } }), systemHashes)?.author.name).toBe('Tagboat')
  })

  it('I7: lets no secret into a commit', () => {
    const secret = new Secret('commit-canary-1')
    const plan = planUpdate(
      input({ template: `token {{ .Values.token }}`, values: { token: 'commit-canary-1' } }),
      systemHashes,
    )
    expect(plan?.message).toMatch(/^token \*\*\*\n/)
    expect(String(secret)).toBe('***')
  })

  it('says what is wrong with the template', () => {
    expect(() => planUpdate(input({ template: '{{ now }}' }), systemHashes)).toThrow('function "now" not defined')
  })
})
