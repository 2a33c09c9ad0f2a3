import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { redact } from '#core/secret/redact.ts'
import type { Ports, ResourceWriter } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import { openCompute } from '#io/compute/pool.ts'
import { openEvidence } from '#io/evidence/open.ts'
import { openFiles, type FileResources } from '#io/files/resources.ts'
import { openGit } from '#io/git/open.ts'
import { systemHashes } from '#io/hash.ts'
import { openLog } from '#io/log.ts'
import { defaultRegistryConfig } from '#io/registry/options.ts'
import { openRegistry } from '#io/registry/open.ts'
import { FileMarkerIndex } from '#io/store/marker-index.ts'
import { MemoryScanStore } from '#io/store/memory.ts'
import { checkResource } from './check-resource.ts'
import { readConfig } from '#io/registry/config-file.ts'
import type { CommandIo } from './io.ts'
import { listFlag, textFlag, type Flags } from '#core/flags.ts'
import { commonOptions, type CommonOptions } from './options.ts'
import { openProbe } from '#io/probe.ts'
import { repoUrl, retargeted } from './retarget.ts'
import { packageVersion } from '#io/version.ts'

/** Everything a command in files mode works with. */
export interface Session extends AsyncDisposable {
  readonly ports: Ports
  readonly files: FileResources
  readonly options: CommonOptions
  /** Aborted by a signal or by `--timeout`. */
  readonly signal: AbortSignal
}

/** `keeps`: may the command write `--state FILE`? A plan must not: it decides nothing. */
export interface SessionUse {
  readonly keeps: boolean
}

/**
 * Reads the resources, checks them, and opens the edges; nothing is contacted yet. `USAGE_INVALID` for flags,
 * `RESOURCE_…` with the problems of all files.
 */
export async function openSession(flags: Flags, io: CommandIo, { keeps }: SessionUse): Promise<Session> {
  const options = commonOptions(flags)
  const log = openLog({
    level: options.logLevel,
    format: options.logFormat,
    stream: io.stderr,
    color: false,
    redact,
    now: () => systemClock.now(),
  })
  const stateFile = textFlag(flags, 'state')
  const files = await readFiles(options, { io, log, stateFile, keeps })
  const repo = textFlag(flags, 'repo')
  const retarget = { url: repo === undefined ? undefined : repoUrl(repo, io.cwd), branch: textFlag(flags, 'branch') }
  files.checkReferences(retarget.url === undefined ? undefined : 'GitRepository')
  const probe = openProbe(io.env)
  const closing = new AsyncDisposableStack()
  const compute = closing.use(openCompute())
  const markers = closing.use(
    new FileMarkerIndex({ path: join(cacheDir(flags, io), 'markers.json'), program: packageVersion(), log }),
  )
  const git = closing.use(
    openGit({ cacheDir: cacheDir(flags, io), environment: io.env, clock: systemClock, log, probe }),
  )
  const registry = closing.use(await registryOf(flags, io, log))
  const ports: Ports = {
    settings: {
      crossNamespaceRefs: flags['crossNamespaceRefs'] !== false,
      lastChoice: stateFile === undefined ? 'git' : 'status',
      ownCredentials: true,
    },
    resources: retargeted(files, retarget),
    resourceWriter: files satisfies ResourceWriter,
    registry,
    scans: new MemoryScanStore(),
    evidence: openEvidence({ registry, clock: systemClock }),
    git,
    markers,
    gitWriter: git,
    compute,
    clock: systemClock,
    log,
    probe,
    hashes: systemHashes,
    fence: { check: async () => true },
  }
  return { ports, files, options, signal: deadline(io, options), [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

interface Reading {
  readonly io: CommandIo
  readonly log: Ports['log']
  readonly stateFile: string | undefined
  readonly keeps: boolean
}

async function readFiles(options: CommonOptions, { io, log, stateFile, keeps }: Reading): Promise<FileResources> {
  return openFiles(options.files, {
    log,
    clock: systemClock,
    check: checkResource,
    ...(options.files.includes('-') ? { stdin: await readAll(io.stdin) } : {}),
    ...(stateFile === undefined ? {} : { stateFile: resolve(io.cwd, stateFile), keepsState: keeps }),
  })
}

async function registryOf(flags: Flags, io: CommandIo, log: Ports['log']) {
  const configFile = textFlag(flags, 'config')
  const config = configFile === undefined ? defaultRegistryConfig : await readConfig(resolve(io.cwd, configFile))
  const file = textFlag(flags, 'registryConfig')
  return openRegistry({
    clock: systemClock,
    log,
    userAgent: `tagboat/${packageVersion()}`,
    config: { ...config, trustedHosts: [...config.trustedHosts, ...(listFlag(flags, 'trustedHosts') ?? [])] },
    environment: io.env,
    local: { environment: io.env, home: homeOf(io), ...(file === undefined ? {} : { file: resolve(io.cwd, file) }) },
  })
}

function cacheDir(flags: Flags, io: CommandIo): string {
  const given = textFlag(flags, 'cacheDir')
  if (given !== undefined) return resolve(io.cwd, given)
  return join(io.env['XDG_CACHE_HOME'] || join(homeOf(io), '.cache'), 'tagboat')
}

function homeOf(io: CommandIo): string {
  return io.env['HOME'] || homedir()
}

function deadline(io: CommandIo, { timeoutMs }: CommonOptions): AbortSignal {
  return timeoutMs === undefined ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)])
}

async function readAll(stdin: CommandIo['stdin']): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}
