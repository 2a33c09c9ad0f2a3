import { describe, expect, it } from 'vitest'
import type { Batch, GitObject } from '#io/git/batch.ts'
import { isFile, isLink, isTree, parseTree, Trees, type Tree } from '#io/git/tree.ts'

/** A blob's text, a link, or a folder. */
type Node = string | Link | { readonly [name: string]: Node }

class Link {
  readonly target: string

  constructor(target: string) {
    this.target = target
  }
}

/** Objects by a made-up id, and a batch that gives them. */
class Store implements Batch {
  readonly objects = new Map<string, GitObject>()
  readonly asked: string[] = []

  add(node: Node): { mode: string; id: string } {
    if (typeof node === 'string') return { mode: '100644', id: this.#put('blob', Buffer.from(node)) }
    if (node instanceof Link) return { mode: '120000', id: this.#put('blob', Buffer.from(node.target)) }
    const entries = Object.entries(node).map(([name, child]) => {
      const { mode, id } = this.add(child)
      return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
    })
    return { mode: '40000', id: this.#put('tree', Buffer.concat(entries)) }
  }

  async contents(names: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
    this.asked.push(...names)
    return names.map((name) => this.objects.get(name.replace('^{tree}', '')))
  }

  async headers(names: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
    return this.contents(names)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.objects.clear()
  }

  #put(type: string, body: Buffer): string {
    const id = String(this.objects.size + 1).padStart(40, '0')
    this.objects.set(id, { id, type, size: body.length, body })
    return id
  }
}

const link = (target: string): Node => new Link(target)

async function open(node: Node): Promise<{ trees: Trees; root: Tree; store: Store }> {
  const store = new Store()
  const { id } = store.add(node)
  const trees = new Trees(store)
  return { trees, root: await trees.ofCommit(id), store }
}

it('cuts a tree object into its entries', () => {
  const id = 'ab'.repeat(20)
  const body = Buffer.concat([
    Buffer.from('100755 a b\0'),
    Buffer.from(id, 'hex'),
    Buffer.from('40000 c\0'),
    Buffer.from(id, 'hex'),
  ])
  expect(parseTree(body, 20)).toEqual([
    { mode: '100755', name: 'a b', id, idAt: 11 },
    { mode: '40000', name: 'c', id, idAt: 39 },
  ])
  expect(parseTree(Buffer.alloc(0), 20)).toEqual([])
  for (const length of [5, 12, 30, 58]) expect(() => parseTree(body.subarray(0, length), 20)).toThrow('cut off')
})

it('tells files, links and trees', () => {
  const modes = ['100644', '100755', '100664', '120000', '160000', '40000']
  expect(modes.filter((mode) => isFile({ mode }))).toEqual(['100644', '100755', '100664'])
  expect(modes.filter((mode) => isLink({ mode }))).toEqual(['120000'])
  expect(modes.filter((mode) => isTree({ mode }))).toEqual(['40000'])
})

it('finds entries by path, reading each tree once', async () => {
  const { trees, root, store } = await open({ a: { b: { 'x.yaml': 'x' } }, f: 'f' })
  expect((await trees.find(root, 'a/b/x.yaml'))?.name).toBe('x.yaml')
  expect((await trees.find(root, 'a/b'))?.mode).toBe('40000')
  for (const path of ['', 'a/c', 'f/x', 'a/b/x.yaml/y', '/a', 'a/'])
    expect(await trees.find(root, path)).toBeUndefined()
  expect(new Set(store.asked).size).toBe(store.asked.length)
})

it('a commit that is not there', async () => {
  const { trees } = await open({})
  await expect(trees.ofCommit('f'.repeat(40))).rejects.toMatchObject({ code: 'GIT_COMMIT_MISSING' })
})

describe('A1 A4 roots', () => {
  const node: Node = {
    apps: { web: { 'x.yaml': 'x' } },
    clusters: {
      prod: {
        apps: link('../../apps'),
        out: link('../../../etc'),
        abs: link('/etc/passwd'),
        file: link('../../apps/web/x.yaml'),
      },
    },
    one: link('two'),
    two: link('one'),
    chain0: link('apps'),
    ...Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`chain${index + 1}`, link(`chain${index}`)])),
  }

  it.each([
    ['', ''],
    ['.', ''],
    ['apps/web', 'apps/web'],
    ['./apps//web/', 'apps/web'],
    ['/apps', 'apps'],
    ['apps/web/x.yaml', 'apps/web/x.yaml'],
    ['clusters/prod/apps', 'apps'],
    ['clusters/prod/apps/web/x.yaml', 'apps/web/x.yaml'],
    ['clusters/prod/file', 'apps/web/x.yaml'],
    ['chain0/web', 'apps/web'],
    ['chain9', 'apps'],
    ['chain10', undefined],
    ['one', undefined],
    ['clusters/prod/out', undefined],
    ['clusters/prod/abs', undefined],
    ['..', undefined],
    ['apps/../apps', undefined],
    ['apps/web/x.yaml/y', undefined],
    ['nowhere', undefined],
  ])('%j leads to %j', async (path, expected) => {
    const { trees, root } = await open(node)
    expect((await trees.resolve(root, path))?.path).toBe(expected)
  })
})
