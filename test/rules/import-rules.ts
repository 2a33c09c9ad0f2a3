import { isBuiltin } from 'node:module'
import { layerOf, matches, packageHomes, revealers, type Layer } from './layers.ts'
import { resolveImport, type Import, type Source } from './sources.ts'

const reveal = 'src/core/secret/reveal.ts'

/** Package names by where they may be used. */
export interface Packages {
  /** `dependencies` of package.json. */
  readonly product: ReadonlySet<string>
  /** `devDependencies`: for test and deploy. */
  readonly development: ReadonlySet<string>
}

/** Every import that the tables of layers.ts do not allow, as `file:line imports x: the way out`, in the files' order. */
export function forbiddenImports(sources: readonly Source[], packages: Packages): readonly string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap((found) => {
      const problem = source.path.startsWith('src/')
        ? problemInProduct(source.path, found, packages)
        : problemOutside(source.path, found, packages)
      return problem === undefined ? [] : [`${source.path}:${found.line} imports ${found.specifier}: ${problem}`]
    }),
  )
}

function problemInProduct(from: string, found: Import, packages: Packages): string | undefined {
  const layer = layerOf(from)
  if (layer === undefined) return `no layer owns ${from}: move the file, or add its folder to test/rules/layers.ts`
  const target = resolveImport(from, found.specifier)
  if (target !== undefined) return problemWithFile(from, { ...found, target }, layer)
  if (isBuiltin(found.specifier)) return problemWithBuiltin(found.specifier, layer)
  return problemWithPackage(from, found, packages)
}

function problemWithFile(from: string, found: Import & { readonly target: string }, layer: Layer): string | undefined {
  const { target } = found
  if (!target.startsWith('src/')) return 'the product imports nothing from outside src'
  if (topFolder(from) !== topFolder(target) && !found.specifier.startsWith('#') && from !== 'src/main.ts') {
    return `across folders the layer shows: write #${target.slice('src/'.length)}`
  }
  if (target === reveal && !revealers.some((pattern) => matches(pattern, from))) {
    return 'only an edge that sends a credential may reveal it: pass the Secret on'
  }
  const targetLayer = layerOf(target)
  if (targetLayer === undefined) return `no layer owns ${target}: add its folder to test/rules/layers.ts`
  return allows(layer, targetLayer, found.kind) ? undefined : layer.advice
}

function problemWithBuiltin(specifier: string, layer: Layer): string | undefined {
  if (!layer.builtins) return `modules of Node stand at the edges (src/io): ${layer.advice}`
  return specifier.startsWith('node:') ? undefined : `write node:${specifier}`
}

function problemWithPackage(from: string, found: Import, packages: Packages): string | undefined {
  const name = packageName(found.specifier)
  if (!packages.product.has(name)) return `package.json does not name ${name} under dependencies`
  const homes = packageHomes[name]
  if (homes === undefined) return `${name} has no home: a new package needs an ADR and a row in test/rules/layers.ts`
  if (homes.some((pattern) => matches(pattern, from))) return undefined
  return `the home of ${name} is ${homes.join(', ')}: use what that file exports`
}

/** Tests and generators may import any file of ours and any package that package.json names. */
function problemOutside(from: string, found: Import, packages: Packages): string | undefined {
  const target = resolveImport(from, found.specifier)
  if (target?.startsWith('src/') === true && !found.specifier.startsWith('#')) {
    return `across folders the layer shows: write #${target.slice('src/'.length)}`
  }
  if (target !== undefined) return undefined
  if (isBuiltin(found.specifier))
    return found.specifier.startsWith('node:') ? undefined : `write node:${found.specifier}`
  const name = packageName(found.specifier)
  return packages.product.has(name) || packages.development.has(name) ? undefined : `package.json does not name ${name}`
}

function allows(layer: Layer, target: Layer, kind: Import['kind']): boolean {
  if (layer.name === target.name) return true
  return layer.mayImport.some((entry) => {
    const [, only, name] = /^(?:(type|dynamic):)?(.*)$/.exec(entry) ?? []
    return (target.name === name || target.name.startsWith(`${name}/`)) && (only === undefined || only === kind)
  })
}

function topFolder(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
