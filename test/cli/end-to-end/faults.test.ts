import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '#cli/program.ts'
import { openFakeRegistry, type FakeRegistry } from '../../fakes/registry.ts'
import * as faults from '../../fakes/registry/faults.ts'
import { bareRepository, type BareRepository } from '../../services/git.ts'
import { serveHttp } from '../../services/git-http.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'
import { memoryIo } from '../memory-io.ts'
import { appFile, password, resources } from '../world.ts'

interface Scene {
  readonly folder: string
  readonly registry: FakeRegistry
  readonly repository: BareRepository
  readonly gitUrl: string
}

const stack = new AsyncDisposableStack()
let scene: Scene

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder('faults'))
  const registry = stack.use(await openFakeRegistry())
  const image = `${registry.host}/team/app`
  const repository = stack.use(await bareRepository({ 'apps/app.yaml': appFile(image, '1.0.0') }))
  const server = stack.use(await serveHttp(repository.path, { access: { username: 'bot', password } }))
  for (const tag of ['1.0.0', '1.1.0']) await registry.pushImage({ repository: 'team/app', tag })
  scene = { folder: folder.path, registry, repository, gitUrl: server.url }
})

afterAll(async () => stack.disposeAsync())

/** Runs `apply` on these resources; gives exit code and texts, and whether the remote was left as it was. */
async function apply(text: string) {
  const { folder, repository } = scene
  await writeFile(join(folder, 'resources.yaml'), text)
  const tip = await repository.tip('main')
  const io = memoryIo({ cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } })
  const code = await runProgram(['apply', '-f', join(folder, 'resources.yaml'), '-o', 'json'], io)
  expect(await repository.tip('main')).toBe(tip)
  return { code, out: io.out(), err: io.err() }
}

const good = () => resources({ image: `${scene.registry.host}/team/app`, url: scene.gitUrl })

describe('a registry that fails', () => {
  it.each([
    ['is down', faults.reset(), /could not be reached/],
    ['answers 401', faults.status(401), /401|credential|login/i],
    ['answers 403', faults.status(403), /403|not allowed|denied|refused/i],
    ['answers 404', faults.status(404), /no such repository|not found|404/i],
    ['answers 429', faults.status(429, { 'retry-after': '600' }), /429|rate|too many/i],
    ['shows a login page', faults.loginPage(), /as in an HTML page/],
    ['never ends its answer', faults.endless(), /bytes|large/i],
    ['ends its answer early', faults.truncated(20), /broke off its answer/],
    ['pages in a circle', faults.pagingLoop(), /page/i],
  ])(
    '%s: one error, nothing written',
    async (_what, fault, said) => {
      scene.registry.fault('any', fault)
      const { code, out, err } = await apply(good())
      scene.registry.heal()
      expect(code).toBe(1)
      expect(err).toMatch(
        /^tagboat: ImageRepository apps\/app: (scan failed|failed to configure authentication options): /,
      )
      expect(err).toMatch(said)
      expect(err.match(/^tagboat: ImageRepository/gm)).toHaveLength(1)
      expect(err).toMatch(/^ {2}hint: \S/m)
      const document = JSON.parse(out) as {
        items: { edits: unknown[] }[]
        failed: { kind: string; error: { code: string } }[]
      }
      expect(document.items[0]?.edits).toEqual([])
      expect(document.failed[0]).toMatchObject({
        kind: 'ImageRepository',
        error: { code: expect.stringMatching(/^REGISTRY_/) as string },
      })
    },
    60_000,
  )
})

describe('Git that fails', () => {
  it.each([
    [
      'the remote is gone',
      (text: string) => text.replace(scene.gitUrl, 'http://127.0.0.1:9/config.git'),
      'GIT_REMOTE_UNAVAILABLE',
    ],
    ['the repository is not there', (text: string) => text.replace('/config.git', '/other.git'), 'GIT_NOT_FOUND'],
    ['the credential is wrong', (text: string) => text.replace(password, 'another-password'), 'GIT_AUTH_FAILED'],
    ['the branch is missing', (text: string) => text.replace('branch: main', 'branch: trunk'), 'GIT_BRANCH_MISSING'],
    ['the path is missing', (text: string) => text.replace('./apps', './nowhere'), 'GIT_PATH_MISSING'],
  ])('%s', async (_what, change, code) => {
    const run = await apply(change(good()))
    expect(run.code).toBe(1)
    const { items } = JSON.parse(run.out) as { items: { error?: { code: string; message: string; hint: string } }[] }
    expect(items[0]?.error?.code).toBe(code)
    expect(items[0]?.error?.message).toMatch(/^failed to (checkout source|update source|apply policies): /)
    expect(items[0]?.error?.hint).not.toBe('')
    expect(`${run.out}${run.err}`).not.toContain(password)
  })

  it('a hook refuses: its text, without secrets', async () => {
    await scene.repository.hook('pre-receive', `echo "token ${password} may not push to main" >&2; exit 1`)
    const run = await apply(good())
    await scene.repository.hook('pre-receive', 'exit 0')
    expect(run.code).toBe(1)
    expect(run.out).toContain('may not push to main')
    expect(run.out).not.toContain(password)
  })
})

describe('resources that are wrong', () => {
  it.each([
    [
      'an unknown field',
      (text: string) =>
        text.replace('interval: 1m}\n---\napiVersion: image', 'interval: 1m, intervall: 2m}\n---\napiVersion: image'),
      'spec.intervall: unknown field; did you mean interval?',
    ],
    [
      'an unknown kind',
      (text: string) => text.replace('kind: ImagePolicy', 'kind: ImagePolcy'),
      'did you mean ImagePolicy?',
    ],
    [
      'a bad duration',
      (text: string) => text.replace('interval: 1m', 'interval: soon'),
      'expected a duration such as 30s, 5m or 1h30m, got "soon"',
    ],
    ['a bad range', (text: string) => text.replace('^1.0.0', 'newest'), 'improper constraint: "newest"'],
    [
      'two policies',
      (text: string) => text.replace('{semver: {range: "^1.0.0"}}', '{semver: {range: "^1.0.0"}, alphabetical: {}}'),
      'expected exactly one of',
    ],
    [
      'look-around',
      (text: string) => text.replace('policy: {semver', 'filterTags: {pattern: "(?=x)"}\n  policy: {semver'),
      'invalid or unsupported Perl syntax: `(?=`',
    ],
    [
      'a reference to nothing',
      (text: string) => text.replace('imageRepositoryRef: {name: app}', 'imageRepositoryRef: {name: apq}'),
      'ImageRepository apps/apq does not exist; did you mean apps/app?',
    ],
    [
      'an image with a tag',
      (text: string) => text.replace('/team/app,', '/team/app:1,'),
      "should not include a tag; remove ':1'",
    ],
    [
      'an image with a scheme',
      (text: string) => text.replace('image: 127', 'image: http://127'),
      "should not include URL scheme; remove 'http://'",
    ],
    [
      'a path out of the tree',
      (text: string) => text.replace('./apps', '../../etc'),
      'spec.update.path: ".." is not allowed in it',
    ],
    [
      'a bad template',
      (text: string) => text.replace('{{ .AutomationObject }}', '{{ env "HOME" }}'),
      'function "env" not defined',
    ],
  ])('%s: told with file, line, object and field', async (_what, change, message) => {
    const text = good()
    expect(change(text)).not.toBe(text)
    const run = await apply(change(text))
    expect(run.code).toBe(1)
    expect(run.err).toContain(message)
    expect(run.err).toMatch(/^tagboat: \S*resources\.yaml:\d+: \w+ apps\/\w+: /)
    expect(JSON.parse(run.out)).toMatchObject({ error: { code: expect.stringMatching(/^RESOURCE_/) as string } })
  })
})
