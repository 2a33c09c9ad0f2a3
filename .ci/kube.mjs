// Builds kube-apiserver from its published Go module, once for each version, into a cache folder.
// Plain JavaScript for Node 20 without packages, like setup.mjs, which calls it.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const version = '1.36.3'
const program = 'kube-apiserver'

/** Go fetches a newer toolchain of its own from this version on; Kubernetes says which one it needs. */
const oldestGo = [1, 21]

/** Where the program lies once it is built: in the cache of whoever runs this. */
export function kubeFolder(environment) {
  const cache = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache')
  return join(cache, 'tagboat', 'kube', `v${version}`)
}

/** Is there one to use, here or where KUBEBUILDER_ASSETS says? */
export function hasKube(environment) {
  const folders = [environment.KUBEBUILDER_ASSETS, kubeFolder(environment)].filter(Boolean)
  return folders.some((folder) => isExecutable(join(folder, program)))
}

/** Builds it. Takes some five minutes on two cores; throws an Error that says what to do. */
export function buildKube(environment, say) {
  const go = findGo(environment)
  const folder = kubeFolder(environment)
  mkdirSync(folder, { recursive: true })
  // Two runs at once must not meet in one folder; the finished program is moved into place.
  const work = mkdtempSync(join(folder, 'build-'))
  try {
    say(`go build ${program} v${version} into ${folder}: once, some five minutes on two cores`)
    writeFileSync(join(work, 'go.mod'), moduleText(go, work, environment))
    run(go, buildArguments(work), { cwd: work, stdio: ['ignore', 2, 2], env: goEnvironment(environment) })
    renameSync(join(work, program), join(folder, program))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function buildArguments(work) {
  const [major, minor] = version.split('.')
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor }
  const flags = Object.entries(stamps).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
  const output = join(work, program)
  return ['build', '-ldflags', `-s -w ${flags.join(' ')}`, '-o', output, `k8s.io/kubernetes/cmd/${program}`]
}

/**
 * Kubernetes requires its own parts as `v0.0.0`, which only its repository can resolve: each is replaced by the
 * version under which it was published.
 */
function moduleText(go, work, environment) {
  writeFileSync(join(work, 'go.mod'), 'module tagboat.dev/kube\n')
  const args = ['list', '-m', '-json', `k8s.io/kubernetes@v${version}`]
  const found = run(go, args, { cwd: work, stdio: ['ignore', 'pipe', 2], env: goEnvironment(environment) })
  const text = readFileSync(JSON.parse(found).GoMod, 'utf8')
  const language = /^go (.+)$/m.exec(text)?.[1] ?? '1.26.0'
  const parts = [...text.matchAll(/^\s*(k8s\.io\/\S+) v0\.0\.0$/gm)].map(([, name]) => name)
  const replacements = parts.map((name) => `\t${name} => ${name} v${version.replace(/^1/, '0')}`)
  return (
    `module tagboat.dev/kube\n\ngo ${language}\n\nrequire k8s.io/kubernetes v${version}\n\n` +
    `replace (\n${replacements.join('\n')}\n)\n`
  )
}

function goEnvironment(environment) {
  return { ...environment, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off', GOTOOLCHAIN: 'auto' }
}

function findGo(environment) {
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/local/go/bin', '/usr/lib/go/bin']
  const go = folders.map((folder) => join(folder, 'go')).find(isExecutable)
  const hint =
    `the tests run a real ${program}, which is built with Go ${oldestGo.join('.')} or later: install it ` +
    `(https://go.dev/dl; Debian 12's own is too old), or let KUBEBUILDER_ASSETS name a folder that holds ${program}`
  if (go === undefined) throw new Error(`there is no go on PATH; ${hint}`)
  const found = spawnSync(go, ['version'], { encoding: 'utf8', env: environment }).stdout ?? ''
  const [major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(found) ?? []).slice(1).map(Number)
  const isNewEnough = major > oldestGo[0] || (major === oldestGo[0] && minor >= oldestGo[1])
  if (!isNewEnough) throw new Error(`${go} is ${found.trim() || 'not usable'}; ${hint}`)
  return go
}

function run(command, args, options) {
  const { status, signal, error, stdout } = spawnSync(command, args, { encoding: 'utf8', ...options })
  if (status === 0) return stdout
  throw new Error(`${command} ${args[0]} failed: ${error?.message ?? signal ?? `exit code ${status}`}`)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
