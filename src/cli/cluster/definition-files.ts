import { readdir, readFile } from 'node:fs/promises'
import { ownGroup } from '#core/api/group.ts'
import { AppError } from '#core/error.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'

/** A CustomResourceDefinition that comes with the program. */
export interface DefinitionFile {
  /** `imagepolicies.tagboat.dev` */
  readonly name: string
  /** Of Tagboat's own group, and not of one of Flux's? */
  readonly isOwn: boolean
  readonly text: string
  readonly definition: KubeObject
}

/** The program lies so many folders deep at most, as sources or bundled. */
const mostFolders = 5

/** The definitions of deploy/crds, Tagboat's own first; those of Flux's groups lie in a folder of their own. */
export async function readDefinitions(): Promise<readonly DefinitionFile[]> {
  const folder = await findFolder()
  const folders = [folder, new URL('flux/', folder)]
  return (await Promise.all(folders.map(readFolder))).flat()
}

/** Beside the definitions, `GROUP_PLURAL.yaml`, lie files for kustomize. */
async function readFolder(folder: URL): Promise<readonly DefinitionFile[]> {
  const names = (await readdir(folder)).filter((name) => /^[^_]+_[^_]+\.yaml$/.test(name)).toSorted()
  return Promise.all(names.map(async (name) => readDefinition(new URL(name, folder))))
}

/** `deploy/crds/` in the first folder above this file that has one. */
async function findFolder(): Promise<URL> {
  for (let up = 1; up <= mostFolders; up += 1) {
    const folder = new URL(`${'../'.repeat(up)}deploy/crds/`, import.meta.url)
    const isThere = await readdir(folder).then(
      () => true,
      () => false,
    )
    if (isThere) return folder
  }
  throw new AppError('INTERNAL', 'deploy/crds does not lie beside the program')
}

async function readDefinition(file: URL): Promise<DefinitionFile> {
  const text = await readFile(file, 'utf8')
  const definition = parseYamlValues(text).documents[0]?.value as KubeObject
  const { name } = definition.metadata
  return { name, isOwn: name.endsWith(`.${ownGroup}`), text, definition }
}
