#!/usr/bin/env node
// Brings a bare machine to where `npm test` and `npm start` work: node modules, Node 24, system packages, kube-apiserver.
// Plain JavaScript for Node 20 without packages, because it runs before anything is installed.
// Silent and quick when nothing is missing. `--only` does one part: `node`, `system` or `kube`.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildKube, hasKube } from './kube.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodeBinary = join(root, 'node_modules', '.bin', 'node')

/** What the tests start for real: the Debian package, and a program or file that shows it is there. */
const systemPackages = [
  { name: 'git', proof: 'git', purpose: 'repositories' },
  { name: 'docker-registry', proof: 'docker-registry', purpose: 'a real registry' },
  { name: 'openssh-server', proof: 'sshd', purpose: 'Git over ssh' },
  { name: 'openssh-client', proof: 'ssh-keygen', purpose: 'Git over ssh, signatures by ssh keys' },
  { name: 'gnupg', proof: 'gpg', purpose: 'signed commits' },
  { name: 'redis-server', proof: 'redis-server', purpose: 'the queue' },
  { name: 'etcd-server', proof: 'etcd', purpose: 'a real Kubernetes API server' },
  { name: 'ca-certificates', proof: '/etc/ssl/certs/ca-certificates.crt', purpose: 'https' },
]

class SetupError extends Error {}

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

/** Runs a program with its output on stderr, so that stdout stays the caller's. */
function run(command, args, environment) {
  const env = { ...process.env, ...environment }
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env })
  if (status === 0) return
  throw new SetupError(`${[command, ...args].join(' ')} failed: ${error?.message ?? signal ?? `exit code ${status}`}`)
}

/** npm must not run on the Node below node_modules that it is about to replace. */
function npm(...args) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
  // Its warnings are about the old Node that runs it, which is fine.
  run('npm', args, { PATH: path.join(delimiter), npm_config_loglevel: 'error' })
}

function readJson(...path) {
  try {
    return JSON.parse(readFileSync(join(root, ...path), 'utf8'))
  } catch {
    return undefined
  }
}

/** Why node_modules is not what package-lock.json says; undefined if it is. npm writes the inner lock file last. */
function staleness() {
  const wanted = readJson('package-lock.json')?.packages
  if (wanted === undefined)
    throw new SetupError('package-lock.json is missing or no JSON: check out the repository anew')
  const installed = readJson('node_modules', '.package-lock.json')?.packages
  if (installed === undefined) return 'node_modules is missing or incomplete'
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || installed[path]?.version === version) continue
    if (installed[path] === undefined && optional === true) continue // another platform's
    return `${path} is ${installed[path]?.version ?? 'missing'}, package-lock.json wants ${version}`
  }
  return undefined
}

/** Is this version text at least the one that package.json asks for under `engines`? */
function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  const [floorMajor, floorMinor] = readJson('package.json').engines.node.replace(/^>=/, '').split('.').map(Number)
  return major > floorMajor || (major === floorMajor && minor >= floorMinor)
}

function hasNode() {
  const { status, stdout } = spawnSync(nodeBinary, ['--version'], { encoding: 'utf8' })
  return status === 0 && isNewEnough(stdout.trim())
}

function setUpNode() {
  const reason = staleness()
  if (reason !== undefined) {
    say(`npm ci (${reason})`)
    npm('ci')
  }
  if (hasNode()) return
  say('npm rebuild node (its install script has not run)') // npm ci --ignore-scripts leaves no binary
  npm('rebuild', 'node')
  if (!hasNode()) throw new SetupError(`${nodeBinary} is not there or too old: delete node_modules and run npm ci`)
}

/** Looks where a user's PATH may not lead: Debian keeps daemons in sbin. */
function isPresent(proof) {
  if (proof.startsWith('/')) return existsSync(proof)
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  return folders.some((folder) => isExecutable(join(folder, proof)))
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian starts a service when its package is installed, unless this file says no: a test run must open no port 22. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return install()
  // apt-get gets the signal too and ends; the file must still go.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined)
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return install()
  } finally {
    rmSync(policy, { force: true })
  }
}

/** One broken source must not stand in the way of packages from another. */
function refreshPackageLists(options, environment) {
  try {
    run('apt-get', [...options, 'update'], environment)
  } catch (error) {
    say(`${error.message}; going on with the lists that are there`)
  }
}

function setUpSystem() {
  const missing = systemPackages.filter(({ proof }) => !isPresent(proof))
  if (missing.length > 0) installPackages(missing)
}

/** Installs packages of the system, saying which and what for; where that cannot be, says what to do. */
function installPackages(missing) {
  const names = missing.map(({ name }) => name)
  const list = missing.map(({ name, purpose }) => `  ${name} (${purpose})`).join('\n')
  if (process.getuid?.() !== 0 || !isPresent('apt-get')) {
    throw new SetupError(
      `the tests need these programs, which only root can install, and on Debian's kin only:\n${list}\n` +
        `run: sudo apt-get install ${names.join(' ')}\n` +
        'elsewhere install what your system calls them; then run npm test again',
    )
  }
  say(`apt-get install, for the tests:\n${list}`)
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120']
  withoutStartingServices(() => {
    refreshPackageLists(options, environment)
    run('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...names], environment)
  })
}

function setUpKube() {
  if (hasKube(process.env)) return
  try {
    buildKube(process.env, { say, install: installPackages })
  } catch (error) {
    throw new SetupError(error.message)
  }
}

const parts = { node: setUpNode, system: setUpSystem, kube: setUpKube }

try {
  const [flag, only] = process.argv.slice(2)
  const isKnown = flag === undefined || (flag === '--only' && Object.hasOwn(parts, only))
  if (!isKnown) throw new SetupError('usage: setup.mjs [--only node|system|kube]')
  for (const [name, setUp] of Object.entries(parts)) if (flag === undefined || only === name) setUp()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exitCode = 1
}
