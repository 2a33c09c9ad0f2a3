// Builds kube-apiserver from its published Go module, once for each version, into a cache folder, and gets the Go for it.
// Plain JavaScript for Node 20 without packages, like setup.mjs, which calls it.
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const version = '1.36.3'
const program = 'kube-apiserver'

/** From this version on Go fetches a newer toolchain by itself where a module asks for one, as Kubernetes does. */
const oldestGo = [1, 21]
/** What an older Go (Debian 12's is 1.19) is made to fetch. */
const toolchain = '1.26.8'

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

/**
 * Builds it. Takes some five minutes on two cores; throws an Error that says what to do. `install` installs system
 * packages, given as `{ name, purpose }`.
 */
export function buildKube(environment, { say, install }) {
  const folder = kubeFolder(environment)
  mkdirSync(folder, { recursive: true })
  // Two runs at once must not meet in one folder; the finished program is moved into place.
  const work = mkdtempSync(join(folder, 'build-'))
  try {
    const go = findGo(work, environment, { say, install })
    const options = { cwd: work, env: goEnvironment(environment), stdio: ['ignore', 2, 2] }
    say(`go build ${program} v${version} into ${folder}: once, some five minutes on two cores`)
    writeFileSync(join(work, 'go.mod'), moduleText(go, work, environment))
    fetchModules(go, options, say)
    run(go, buildArguments(work), options)
    renameSync(join(work, program), join(folder, program))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Some hundred modules; what has arrived stays, so that another try goes on where the network failed. */
function fetchModules(go, options, say) {
  const args = ['list', '-deps', '-f', '{{.Name}}', `k8s.io/kubernetes/cmd/${program}`]
  for (let triesLeft = 2; ; triesLeft -= 1) {
    try {
      return run(go, args, { ...options, stdio: ['ignore', 'ignore', 2] })
    } catch (error) {
      if (triesLeft === 0) throw error
      say(`${error.message}; trying again`)
    }
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

/** Where there is no home, as under some init systems, Go would not know where to keep its cache. */
function goEnvironment(environment) {
  const { GOROOT: _another, ...rest } = environment
  const HOME = environment.HOME || homedir()
  return { ...rest, HOME, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off', GOTOOLCHAIN: 'auto' }
}

/** A Go that can build it: the one that is there, else the system's, and if that is old the one that it fetches. */
function findGo(work, environment, { say, install }) {
  const hint =
    `the tests run a real ${program}, which is built with Go: install Go ${oldestGo.join('.')} or later ` +
    `(https://go.dev/dl), or let KUBEBUILDER_ASSETS name a folder that holds ${program}`
  try {
    if (lookForGo(environment) === undefined) install([{ name: 'golang-go', purpose: `builds ${program}` }])
    const go = lookForGo(environment)
    if (go === undefined) throw new Error('there is no go on PATH')
    return isNewEnough(go, environment) ? go : fetchToolchain(go, work, { environment, say })
  } catch (error) {
    throw new Error(`${error.message}; ${hint}`, { cause: error })
  }
}

function lookForGo(environment) {
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/local/go/bin', '/usr/lib/go/bin']
  return folders.map((folder) => join(folder, 'go')).find(isExecutable)
}

function isNewEnough(go, environment) {
  const found = spawnSync(go, ['version'], { encoding: 'utf8', env: goEnvironment(environment) }).stdout ?? ''
  const [major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(found) ?? []).slice(1).map(Number)
  return major > oldestGo[0] || (major === oldestGo[0] && minor >= oldestGo[1])
}

/** Toolchains are published as a module, which is how newer ones fetch each other; what older ones fetch is not executable. */
function fetchToolchain(go, work, { environment, say }) {
  const architecture = { x64: 'amd64', ia32: '386' }[process.arch] ?? process.arch
  const wanted = `golang.org/toolchain@v0.0.1-go${toolchain}.${process.platform}-${architecture}`
  say(`${go} is older than ${oldestGo.join('.')}; it fetches ${wanted}`)
  writeFileSync(join(work, 'go.mod'), 'module tagboat.dev/kube\n')
  const options = { cwd: work, stdio: ['ignore', 'pipe', 2], env: goEnvironment(environment) }
  const folder = JSON.parse(run(go, ['mod', 'download', '-json', wanted], options)).Dir
  const tools = join(folder, 'pkg', 'tool')
  for (const programs of [join(folder, 'bin'), ...readdirSync(tools).map((name) => join(tools, name))]) {
    for (const name of readdirSync(programs)) chmodSync(join(programs, name), 0o755)
  }
  return join(folder, 'bin', 'go')
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
