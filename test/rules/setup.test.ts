import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from './sources.ts'

/** Stands for npm: writes down what it was asked, and does to node_modules what the real one would. */
const fakeNpm = `#!/bin/sh
echo "$*" >> npm.log
mkdir -p node_modules/.bin
[ "$1" = ci ] && cp package-lock.json node_modules/.package-lock.json
case "$1 $INSTALL_SCRIPTS" in
  'ci run'|'rebuild run'|'rebuild only-rebuild')
    printf '#!/bin/sh\\necho %s\\n' "$FAKE_VERSION" > node_modules/.bin/node
    chmod +x node_modules/.bin/node ;;
esac
exit 0
`

const opened: string[] = []

/** A project of its own with the real set-up script and a stand-in for npm. */
function openProject(packages: Readonly<Record<string, object>> = { 'node_modules/zod': { version: '4.6.7' } }) {
  const folder = mkdtempSync(join(tmpdir(), 'tagboat-setup-'))
  opened.push(folder)
  mkdirSync(join(folder, '.ci'))
  mkdirSync(join(folder, 'bin'))
  for (const file of ['setup.mjs', 'kube.mjs']) copyFileSync(join(root, '.ci', file), join(folder, '.ci', file))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ engines: { node: '>=24.15' } }))
  writeFileSync(join(folder, 'bin', 'npm'), fakeNpm)
  chmodSync(join(folder, 'bin', 'npm'), 0o755)
  const lock = (locked: Readonly<Record<string, object>>): void => {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': { name: 'x' }, ...locked } }))
  }
  lock(packages)
  const setUp = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const env = {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      INSTALL_SCRIPTS: 'run',
      FAKE_VERSION: 'v24.15.0',
      ...environment,
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, '.ci', 'setup.mjs'), ...args], {
      encoding: 'utf8',
      env,
    })
    return { status, stdout, stderr }
  }
  const asked = (): readonly string[] => {
    const log = join(folder, 'npm.log')
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  }
  return { folder, lock, setUp, asked }
}

afterEach(() => {
  for (const folder of opened.splice(0)) rmSync(folder, { recursive: true })
})

describe('setup.mjs --only node', () => {
  it('installs on a bare machine, says so on stderr, and is silent the second time', () => {
    const project = openProject()
    const first = project.setUp(['--only', 'node'])
    expect(first).toEqual({
      status: 0,
      stdout: '',
      stderr: 'setup: npm ci (node_modules is missing or incomplete)\n',
    })
    expect(project.setUp(['--only', 'node'])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(project.asked()).toEqual(['ci'])
  })

  it('installs again when package-lock.json wants another version, and names it', () => {
    const project = openProject()
    project.setUp(['--only', 'node'])
    project.lock({ 'node_modules/zod': { version: '4.6.8' } })
    expect(project.setUp(['--only', 'node']).stderr).toContain(
      'node_modules/zod is 4.6.7, package-lock.json wants 4.6.8',
    )
    expect(project.asked()).toEqual(['ci', 'ci'])
  })

  it('does not miss the packages of other platforms', () => {
    const project = openProject()
    project.setUp(['--only', 'node'])
    project.lock({ 'node_modules/zod': { version: '4.6.7' }, 'node_modules/win': { version: '1.0.0', optional: true } })
    expect(project.setUp(['--only', 'node'])).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('rebuilds Node where install scripts did not run', () => {
    const project = openProject()
    expect(project.setUp(['--only', 'node'], { INSTALL_SCRIPTS: 'only-rebuild' }).status).toBe(0)
    expect(project.asked()).toEqual(['ci', 'rebuild node'])
  })

  it.each(['v24.14.9', 'v20.19.0', 'v9.99.0'])('stops when Node stays at %s', (version) => {
    const result = openProject().setUp(['--only', 'node'], { FAKE_VERSION: version })
    expect(result.status).toBe(1)
    expect(result.stderr).toContain('is not there or too old: delete node_modules and run npm ci')
  })

  it.each(['v24.15.0', 'v24.20.1', 'v25.0.0'])('is content with %s', (version) => {
    expect(openProject().setUp(['--only', 'node'], { FAKE_VERSION: version }).status).toBe(0)
  })

  it('stops when npm fails', () => {
    const project = openProject()
    writeFileSync(join(project.folder, 'bin', 'npm'), '#!/bin/sh\nexit 7\n')
    const result = project.setUp(['--only', 'node'])
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toContain('setup: npm ci failed: exit code 7')
  })
})

describe('setup.mjs --only system', () => {
  it('lists what is missing and how to go on where there is no apt', () => {
    const project = openProject()
    const result = project.setUp(['--only', 'system'], { PATH: join(project.folder, 'bin') })
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toContain('  git (repositories)\n  docker-registry (a real registry)\n')
    expect(result.stderr).toMatch(/run: sudo apt-get install git docker-registry .*gnupg/)
    expect(project.asked()).toEqual([])
  })
})

/** Stands for Go: writes down what it was asked, and makes the program that a build would. */
const fakeGo = `#!/bin/sh
echo "$*" >> "$HOME/go.log"
case "$1" in
  version) echo "go version $GO_VERSION linux/amd64" ;;
  mod)
    [ -n "$NO_NETWORK" ] && exit 1
    folder="$HOME/toolchain" && mkdir -p "$folder/bin" "$folder/pkg/tool/any"
    cp "$0" "$folder/bin/go" && cp "$0" "$folder/pkg/tool/any/compile" && chmod -x "$folder/bin/go" "$folder/pkg/tool/any/compile"
    printf '{"Dir":"%s"}' "$folder" ;;
  list)
    [ "$2" = -deps ] && [ "$(grep -c '^list -deps' "$HOME/go.log")" -le "$FAILED_FETCHES" ] && exit 1
    printf 'go 1.26.0\\nrequire (\\n\\tk8s.io/api v0.0.0\\n\\tk8s.io/utils v0.1.0\\n)\\n' > "$HOME/kubernetes.mod"
    printf '{"GoMod":"%s"}' "$HOME/kubernetes.mod" ;;
  build)
    cp go.mod "$HOME/written.mod"
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\n' > "$2" && chmod +x "$2" ;;
esac
`

/** A project on a machine with that Go. */
function openWithGo(version: string, environment: Readonly<Record<string, string>> = {}) {
  const project = openProject()
  writeFileSync(join(project.folder, 'bin', 'go'), fakeGo)
  chmodSync(join(project.folder, 'bin', 'go'), 0o755)
  const machine = { HOME: project.folder, GO_VERSION: version, FAILED_FETCHES: '0', NO_NETWORK: '' }
  const run = () => project.setUp(['--only', 'kube'], { ...machine, ...environment })
  const read = (name: string): string => readFileSync(join(project.folder, name), 'utf8')
  return { ...project, run, read }
}

describe('setup.mjs --only kube', () => {
  it('builds once into the cache of the user, with the parts of Kubernetes as they were published', () => {
    const project = openWithGo('go1.26.8')
    const first = project.run()
    expect({ status: first.status, stdout: first.stdout }).toEqual({ status: 0, stdout: '' })
    const cache = join(project.folder, '.cache', 'tagboat', 'kube', 'v1.36.3')
    expect(readdirSync(cache)).toEqual(['kube-apiserver'])
    expect(project.read('written.mod')).toContain('require k8s.io/kubernetes v1.36.3\n')
    expect(project.read('written.mod')).toContain('replace (\n\tk8s.io/api => k8s.io/api v0.36.3\n)')
    expect(project.run()).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(project.read('go.log').match(/^build /gm)).toHaveLength(1)
  })

  it('builds nothing where KUBEBUILDER_ASSETS has one', () => {
    const assets = mkdtempSync(join(tmpdir(), 'tagboat-setup-'))
    opened.push(assets)
    writeFileSync(join(assets, 'kube-apiserver'), '')
    chmodSync(join(assets, 'kube-apiserver'), 0o755)
    expect(openWithGo('go1.26.8', { KUBEBUILDER_ASSETS: assets }).run()).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('goes on where the network failed', () => {
    const project = openWithGo('go1.26.8', { FAILED_FETCHES: '2' })
    const { status, stderr } = project.run()
    expect({ status, tries: stderr.split('trying again').length }).toEqual({ status: 0, tries: 3 })
  })

  it('has an old Go fetch a newer one, and builds with that', () => {
    const project = openWithGo('go1.19.8')
    const { status, stderr } = project.run()
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /go is older than 1\.21; it fetches golang\.org\/toolchain@v0\.0\.1-go1\.\d+\.\d+\.\w+-\w+\n/,
    )
    const log = project.read('go.log')
    expect(log).toMatch(/^mod download -json golang\.org\/toolchain@.*\n(.*\n)*build /m)
    expect(statSync(join(project.folder, 'toolchain', 'pkg', 'tool', 'any', 'compile')).mode & 0o111).toBe(0o111)
  })

  it('says what to do where that cannot be had', () => {
    const { status, stderr } = openWithGo('go1.19.8', { NO_NETWORK: 'yes' }).run()
    expect(status).toBe(1)
    expect(stderr).toContain('go mod failed: exit code 1; the tests run a real kube-apiserver, which is built with Go')
    expect(stderr).toContain('install Go 1.21 or later')
    expect(stderr).toContain('let KUBEBUILDER_ASSETS name a folder that holds kube-apiserver')
  })
})

it('refuses a flag that it does not know', () => {
  expect(openProject().setUp(['--fast'])).toEqual({
    status: 1,
    stdout: '',
    stderr: 'setup: usage: setup.mjs [--only node|system|kube]\n',
  })
})
