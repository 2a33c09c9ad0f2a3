import { describe, expect, it } from 'vitest'
import type { TreeFile, TreeQuery } from '#flow/ports.ts'
import { openTestGit, remoteOf } from '../../services/git-client.ts'
import { bareRepository, type Changes } from '../../services/git.ts'

const marked = 'image: a:1 # {"$imagepolicy": "n:p"}\n'
const signal = AbortSignal.timeout(30_000)

async function openScene(files: Changes) {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await bareRepository(files))
  const client = stack.use(await openTestGit())
  const { git } = client
  const remote = remoteOf(repository.url)
  const fetchTip = async (): Promise<string> => {
    const { refs } = await git.remoteRefs(remote, ['refs/heads/main'], signal)
    await git.fetch(remote, refs, signal)
    return refs.get('refs/heads/main') ?? ''
  }
  const find = async (query: Partial<TreeQuery>, by = git): Promise<readonly TreeFile[]> => {
    const complete = { roots: [''], contains: '$imagepolicy', globs: [], maxBytes: 1_048_576, ...query }
    return by.files(remote, await fetchTip(), complete, signal)
  }
  const resources = stack.move()
  return { repository, find, again: () => client.again(), [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

const files: Changes = {
  'apps/web/deploy.yaml': marked,
  'apps/web/values.yaml': 'image: {tag: 1}\n',
  'apps/api/values.yaml': 'image: {tag: 2}\n',
  'apps/api/Chart.lock': 'x\n',
  'apps/README.md': marked,
  'clusters/prod/apps': { mode: '120000', text: '../../apps' },
  'clusters/prod/values.yaml': { mode: '120000', text: '../../apps/api/values.yaml' },
  'top.yaml': marked,
}

function pathsOf(found: readonly TreeFile[]): readonly string[] {
  return found.map(({ path }) => path)
}

describe('roots', () => {
  it.each([
    [[''], ['apps/web/deploy.yaml', 'clusters/prod/values.yaml', 'top.yaml']],
    [['apps'], ['apps/web/deploy.yaml']],
    [['./apps/'], ['apps/web/deploy.yaml']],
    [
      ['apps', 'apps/web', 'top.yaml'],
      ['apps/web/deploy.yaml', 'top.yaml'],
    ],
    [['clusters/prod/apps'], ['apps/web/deploy.yaml']],
    [['apps/api'], []],
    [['apps/README.md'], []],
    [[], []],
  ])('%j', async (roots, expected) => {
    await using scene = await openScene(files)
    expect(pathsOf(await scene.find({ roots }))).toEqual(expected)
  })

  it.each(['nowhere', 'apps/../top.yaml', '../x', 'top.yaml/x'])(
    '%s does not exist, and is told with the commit',
    async (root) => {
      await using scene = await openScene(files)
      await expect(scene.find({ roots: ['apps', root] })).rejects.toMatchObject({
        code: 'GIT_PATH_MISSING',
        message: expect.stringMatching(/^path '.*' does not exist at commit [0-9a-f]{12}$/),
      })
    },
  )
})

describe('globs', () => {
  it.each([
    [
      ['apps/*/values.yaml'],
      [''],
      ['apps/api/values.yaml', 'apps/web/deploy.yaml', 'apps/web/values.yaml', 'clusters/prod/values.yaml', 'top.yaml'],
    ],
    [['**/values.yaml'], ['apps/api'], ['apps/api/values.yaml']],
    [['apps/api/Chart.lock'], ['apps/api'], ['apps/api/Chart.lock']],
    [['*'], ['apps/api'], []],
    [['clusters/*/values.yaml'], ['clusters'], ['clusters/prod/values.yaml']],
    [['apps/README.??'], ['apps/README.md'], ['apps/README.md']],
    [['apps/web/deploy.yaml'], ['apps/web'], ['apps/web/deploy.yaml']],
  ])('%j below %j', async (globs, roots, expected) => {
    await using scene = await openScene(files)
    expect(pathsOf(await scene.find({ globs, roots }))).toEqual(expected)
  })

  it('give texts and modes as markers do', async () => {
    await using scene = await openScene(files)
    const [link, values] = (
      await scene.find({ globs: ['**/values.yaml'], roots: ['clusters', 'apps/api'] })
    ).toReversed()
    expect(link).toMatchObject({ mode: '120000' })
    expect(link?.text).toBeUndefined()
    expect(values).toMatchObject({ mode: '100644', text: 'image: {tag: 2}\n', size: 16 })
  })
})

it('large files are listed without their text, if they hold a marker', async () => {
  const large = '#'.repeat(1_100_000)
  await using scene = await openScene({
    'crds.yaml': large,
    'large.yaml': `${large}\n${marked}`,
    'apps/large.yml': marked,
  })
  const found = await scene.find({})
  expect(found.map(({ path, size, text }) => [path, size, text?.length])).toEqual([
    ['apps/large.yml', 37, 37],
    ['large.yaml', 1_100_038, undefined],
  ])
  expect((await scene.find({ maxBytes: 10 })).every(({ text }) => text === undefined)).toBe(true)
})

it('sees what changed, also in a new process, and for another text', async () => {
  await using scene = await openScene(files)
  await scene.find({})
  await scene.repository.commit('main', { 'apps/web/deploy.yaml': null, 'apps/api/new.yaml': marked })
  expect(pathsOf(await scene.find({ roots: ['apps'] }))).toEqual(['apps/api/new.yaml'])
  expect(pathsOf(await scene.find({ roots: ['apps'] }, scene.again()))).toEqual(['apps/api/new.yaml'])
  expect(pathsOf(await scene.find({ roots: ['apps'], contains: 'tag: 2' }))).toEqual(['apps/api/values.yaml'])
})
