import { describe, expect, it } from 'vitest'
import { openBatch } from '#io/git/batch.ts'
import { fileMode, MarkerIndex, type MirrorAccess } from '#io/git/marker-index.ts'
import { openOperation } from '#io/git/operation.ts'
import { Trees } from '#io/git/tree.ts'
import { bareRepository, type BareRepository, type Changes } from '../../services/git.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

const text = '$imagepolicy'
const marked = `image: a:1 # {"${text}": "n:p"}\n`

/** Reads a repository for an index, and counts what is read. */
async function openAccess(repository: BareRepository) {
  await using stack = new AsyncDisposableStack()
  const { workspace } = stack.use(await openTestWorkspace())
  const options = { what: 'reading', signal: AbortSignal.timeout(20_000), timeoutMs: 20_000, mirror: repository.path }
  const batch = stack.use(openBatch(stack.use(openOperation(workspace, options))))
  const read = { trees: 0, blobs: 0, large: 0 }
  const counting = {
    ...batch,
    contents: async (names: readonly string[]) => {
      const objects = await batch.contents(names)
      for (const object of objects) read[object?.type === 'tree' ? 'trees' : 'blobs'] += 1
      return objects
    },
  }
  const access = (): MirrorAccess => ({
    trees: new Trees(counting),
    batch: counting,
    searchLarge: async (ids) => {
      read.large += ids.length
      return new Set(ids)
    },
  })
  const root = async (): Promise<string> => (await repository.git(['rev-parse', 'main^{tree}'])).toString().trim()
  const resources = stack.move()
  return { access, read, root, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

const files: Changes = {
  'a/x.yaml': marked,
  'a/plain.yaml': 'a: 1\n',
  'a/deep/er/y.yml': marked,
  'b/Kustomization': marked,
  'b/kustomization': marked,
  'b/z.YAML': marked,
  'b/link.yaml': { mode: '120000', text: '../a/x.yaml' },
  'b/link.txt': { mode: '120000', text: '../a/x.yaml' },
  'c/nothing.yaml': 'a: 1\n',
  'run.yaml': { mode: '100755', text: marked },
}

const found = ['a/deep/er/y.yml', 'a/x.yaml', 'b/Kustomization', 'b/link.yaml', 'run.yaml']

function pathsOf(index: MarkerIndex, root: string): readonly string[] {
  return index
    .list(root, '')
    .map(({ path }) => path)
    .toSorted()
}

it('finds files with the names of manifests that hold the text, and links with such names', async () => {
  await using repository = await bareRepository(files)
  await using scene = await openAccess(repository)
  const index = new MarkerIndex(text)
  expect(await index.learn(await scene.root(), scene.access())).toBe(true)
  expect(pathsOf(index, await scene.root())).toEqual(found)
  const run = index.list(await scene.root(), 'x/').find(({ path }) => path === 'x/run.yaml')
  expect(run).toMatchObject({ mode: '100755', size: marked.length })
})

it('reads nothing for what it knows, and after a change only what is new', async () => {
  await using repository = await bareRepository(files)
  await using scene = await openAccess(repository)
  const index = new MarkerIndex(text)
  await index.learn(await scene.root(), scene.access())
  const { read } = scene
  Object.assign(read, { trees: 0, blobs: 0 })
  expect(await index.learn(await scene.root(), scene.access())).toBe(false)
  expect(read).toMatchObject({ trees: 0, blobs: 0 })
  await repository.commit('main', { 'c/new.yaml': marked, 'a/x.yaml': null })
  await index.learn(await scene.root(), scene.access())
  expect(read).toMatchObject({ trees: 3, blobs: 0 })
  await repository.commit('main', { 'c/newer.yaml': `${marked}# other\n` })
  await index.learn(await scene.root(), scene.access())
  expect(read).toMatchObject({ trees: 5, blobs: 1 })
  expect(pathsOf(index, await scene.root())).toEqual([
    'a/deep/er/y.yml',
    'b/Kustomization',
    'b/link.yaml',
    'c/new.yaml',
    'c/newer.yaml',
    'run.yaml',
  ])
})

it('is the same after being stored', async () => {
  await using repository = await bareRepository({ ...files, 'q "\\.yaml': marked, 'odd\xff/x.yaml': marked })
  await using scene = await openAccess(repository)
  const index = new MarkerIndex(text)
  await index.learn(await scene.root(), scene.access())
  const again = MarkerIndex.parse(index.print(), text)
  expect(again?.list(await scene.root(), '')).toEqual(index.list(await scene.root(), ''))
  Object.assign(scene.read, { trees: 0, blobs: 0 })
  expect(await again?.learn(await scene.root(), scene.access())).toBe(false)
  expect(scene.read).toMatchObject({ trees: 0, blobs: 0 })
  expect(again?.print()).toBe(index.print())
})

describe('what is stored and cannot be used', () => {
  it.each(['', '{', '{}', 'null', '{"version":1,"text":"other","idLength":40}', '{"version":0,"text":"$imagepolicy"}'])(
    '%s',
    (stored) => {
      expect(MarkerIndex.parse(stored, text)).toBeUndefined()
    },
  )
})

it('leaves large files to a search elsewhere', async () => {
  await using repository = await bareRepository({
    'large.yaml': 'x'.repeat(1_048_577),
    'small.yaml': 'x'.repeat(1_048_576),
  })
  await using scene = await openAccess(repository)
  const index = new MarkerIndex(text)
  await index.learn(await scene.root(), scene.access())
  expect(scene.read).toMatchObject({ large: 1, blobs: 1 })
  expect(index.list(await scene.root(), '')).toMatchObject([{ path: 'large.yaml', size: 1_048_577 }])
})

it('looks at single files', async () => {
  await using repository = await bareRepository(files)
  await using scene = await openAccess(repository)
  const access = scene.access()
  const index = new MarkerIndex(text)
  const root = await access.trees.ofCommit((await repository.tip('main')) ?? '')
  const look = async (path: string): Promise<unknown> => {
    const entry = await access.trees.find(root, path)
    return entry && index.lookAt(entry, path, access)
  }
  expect(await look('run.yaml')).toMatchObject({ path: 'run.yaml', mode: '100755' })
  expect(await look('a/plain.yaml')).toBeUndefined()
  expect(await look('b/z.YAML')).toBeUndefined()
})

it('a tree that names one folder again and again is refused, not followed', async () => {
  await using repository = await bareRepository({ 'a.yaml': marked })
  const make = async (tree: string): Promise<string> => {
    const lines = Array.from({ length: 10 }, (_, index) => `040000 tree ${tree}\td${index}\n`)
    return (await repository.git(['mktree'], lines.join(''))).toString().trim()
  }
  await using scene = await openAccess(repository)
  let bomb = await scene.root()
  for (let level = 0; level < 10; level++) bomb = await make(bomb)
  const index = new MarkerIndex(text)
  await index.learn(bomb, scene.access())
  expect(scene.read.trees).toBeLessThan(20)
  expect(() => index.list(bomb, '')).toThrow(expect.objectContaining({ code: 'GIT_TOO_LARGE' }))
})

it('knows when most of it may be about what is long gone', () => {
  const stored = { version: 1, text, base: 1, idLength: 40, trees: [], plain: '' }
  const ids = Array.from({ length: 20_100 }, (_, index) => String(index).padStart(40, '0'))
  expect(MarkerIndex.parse(JSON.stringify({ ...stored, plain: ids.join('') }), text)?.isOverfull).toBe(true)
  expect(MarkerIndex.parse(JSON.stringify({ ...stored, plain: ids.slice(0, 100).join('') }), text)?.isOverfull).toBe(
    false,
  )
})

it.each([
  ['100644', '100644'],
  ['100664', '100644'],
  ['100755', '100755'],
  ['100775', '100755'],
  ['120000', '120000'],
])('mode %s is %s', (mode, expected) => expect(fileMode(mode)).toBe(expected))
