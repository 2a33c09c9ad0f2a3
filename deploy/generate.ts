import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { printYaml } from '#core/yaml.ts'
import { cliPage } from './cli-page.ts'
import { crd, crdFileName } from './crd.ts'
import type { Family } from './crd-names.ts'
import { errorsPage } from './errors-page.ts'
import { resourcesPage } from './resources-page.ts'
import { roles } from './roles.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** Flux's lie apart: where Flux is installed, its own definitions must stay. */
const crdFolders = { tagboat: 'deploy/crds', flux: 'deploy/crds/flux' } as const
const families = ['tagboat', 'flux'] as const

/** Every generated file by its path from the root of the repository, with its text. */
export function generate(): ReadonlyMap<string, string> {
  const kinds = Object.keys(specSchemas) as ResourceKind[]
  const note = '# Generated from the schemas by `npm run generate`; do not edit.\n'
  const rightsNote = '# Generated from src/io/cluster/rights.ts by `npm run generate`; do not edit.\n'
  return new Map([
    ...families.flatMap((family) =>
      kinds.map((kind) => [crdPath(kind, family), note + printYaml(crd(kind, family))] as const),
    ),
    ['deploy/base/roles.yaml', rightsNote + roles().map(printYaml).join('---\n')],
    ['docs/resources.md', `${resourcesPage()}\n`],
    ['docs/cli.md', `${cliPage()}\n`],
    ['docs/errors.md', `${errorsPage()}\n`],
  ])
}

function crdPath(kind: ResourceKind, family: Family): string {
  return `${crdFolders[family]}/${crdFileName(kind, family)}`
}

/** Paths of generated files that are missing, different, or there although nothing generates them. */
export async function staleFiles(): Promise<readonly string[]> {
  const wanted = generate()
  const present = await Promise.all(
    [...wanted].map(async ([path, text]) => ((await readText(path)) === text ? [] : [path])),
  )
  const strangers = (await crdFiles()).filter((path) => !wanted.has(path))
  return [...present.flat(), ...strangers]
}

async function write(): Promise<void> {
  const wanted = generate()
  for (const path of await crdFiles()) if (!wanted.has(path)) await rm(join(root, path))
  for (const [path, text] of wanted) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

async function crdFiles(): Promise<readonly string[]> {
  const folders = families.map(async (family) => {
    const names = await readdir(join(root, crdFolders[family])).catch(() => [])
    // What is not named as we name files, such as kustomization.yaml, was written by hand.
    return names.filter((name) => name.includes('_')).map((name) => `${crdFolders[family]}/${name}`)
  })
  return (await Promise.all(folders)).flat()
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined)
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = await staleFiles()
    for (const path of stale) process.stderr.write(`${path} is not what npm run generate writes\n`)
    process.exitCode = stale.length === 0 ? 0 : 1
  } else await write()
}
