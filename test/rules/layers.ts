/**
 * Who may import whom. `owns` holds patterns: a folder (`src/core/api/`), a file (`src/flow/ports.ts`) or the files
 * directly inside a folder (`src/core/*`). `mayImport` holds names of layers (`core` means all of `core/…`);
 * `type:` or `dynamic:` before one allows only `import type` or `import()`. Within a layer everything is allowed.
 */
export interface Layer {
  readonly name: string
  readonly owns: readonly string[]
  readonly mayImport: readonly string[]
  /** May it import modules of Node? */
  readonly builtins: boolean
  /** The way out, as the end of a message. */
  readonly advice: string
}

const words = ['core/image', 'core/secret', 'core/template']
const stages = ['scan', 'gate', 'rewrite', 'render', 'sync', 'health', 'status', 'webhook']
const steps = ['scan', 'select', 'update', 'fetch', 'sync', 'health']
const pure = 'core is pure: take the value or the function as an argument'
const ports = 'take a port (src/flow/ports.ts) as an argument'

function coreLayer(folder: string, mayImport: readonly string[], advice: string): Layer {
  return {
    name: `core/${folder}`,
    owns: [`src/core/${folder}/`],
    mayImport,
    builtins: false,
    advice: `${pure}; ${advice}`,
  }
}

const coreLayers: readonly Layer[] = [
  {
    name: 'core/base',
    owns: ['src/core/*', 'src/core/errors/'],
    mayImport: [],
    builtins: false,
    advice: `${pure}, or move what both need to src/core/`,
  },
  ...['image', 'secret', 'template'].map((folder) => coreLayer(folder, ['core/base'], 'only src/core/* lies below')),
  coreLayer('api', ['core/base', ...words], 'the resources know only words (image, secret, template)'),
  ...stages.map((stage) => coreLayer(stage, ['core/base', ...words, 'core/api'], 'stages do not import each other')),
  coreLayer(
    'policy',
    ['core/base', ...words, 'core/api', 'core/gate'],
    'an election asks the gates and knows no other stage',
  ),
  coreLayer(
    'commit',
    ['core/base', ...words, 'core/api', 'core/rewrite'],
    'commit knows only the change set of rewrite',
  ),
]

/** A step owns its page and, where one page is not enough, the folder of the same name. */
const flowLayers: readonly Layer[] = [
  {
    name: 'flow/ports',
    owns: ['src/flow/ports.ts', 'src/flow/ports/', 'src/flow/step.ts'],
    mayImport: ['core'],
    builtins: false,
    advice: 'ports speak in values of core',
  },
  ...steps.map((step) => ({
    name: `flow/${step}`,
    owns: [`src/flow/${step}.ts`, `src/flow/${step}/`],
    mayImport: ['core', 'flow/ports', 'flow/shared'],
    builtins: false,
    advice: `${ports}; a step imports no other step, only reconcile.ts knows them all`,
  })),
  {
    name: 'flow/reconcile',
    owns: ['src/flow/reconcile.ts'],
    mayImport: ['core', 'flow'],
    builtins: false,
    advice: ports,
  },
  {
    name: 'flow/shared',
    owns: ['src/flow/'],
    mayImport: ['core', 'flow/ports'],
    builtins: false,
    advice: `${ports}; what the steps share imports no step`,
  },
]

/** An edge is one folder for one outside system. */
function edgeLayer(folder: string): Layer {
  return {
    name: `io/${folder}`,
    owns: [`src/io/${folder}/`],
    mayImport: ['core', 'type:flow/ports', 'io/http'],
    builtins: true,
    advice: `an edge imports no other edge: ${ports}`,
  }
}

const outerLayers: readonly Layer[] = [
  {
    name: 'io/http',
    owns: ['src/io/http.ts', 'src/io/http/'],
    mayImport: ['core', 'type:flow/ports'],
    builtins: true,
    advice: `the way out over HTTP lies below every edge: ${ports}`,
  },
  {
    name: 'io/base',
    owns: ['src/io/*'],
    mayImport: ['core', 'type:flow/ports'],
    builtins: true,
    advice: `an edge imports no other edge: ${ports}`,
  },
  {
    name: 'cli',
    owns: ['src/cli/'],
    mayImport: ['core', 'flow', 'io'],
    builtins: true,
    advice: 'main.ts hands the command line what else it may start',
  },
  {
    name: 'controller',
    owns: ['src/controller/'],
    mayImport: ['core', 'flow', 'io'],
    builtins: true,
    advice: 'nobody imports the command line',
  },
  {
    name: 'main',
    owns: ['src/main.ts'],
    mayImport: ['dynamic:cli', 'dynamic:controller'],
    builtins: true,
    advice: 'main.ts loads the command line and the controller by import(), so that each starts with what it needs',
  },
]

/** The layer of a file: the first that owns it; undefined where none does, which is refused. */
export function layerOf(path: string): Layer | undefined {
  const edge = /^src\/io\/([^/]+)\//.exec(path)?.[1]
  const known = [...coreLayers, ...flowLayers, ...outerLayers, ...(edge === undefined ? [] : [edgeLayer(edge)])]
  return known.find(({ owns }) => owns.some((pattern) => matches(pattern, path)))
}

/** Does a pattern cover a path? */
export function matches(pattern: string, path: string): boolean {
  if (pattern.endsWith('/')) return path.startsWith(pattern)
  if (!pattern.endsWith('/*')) return path === pattern
  const folder = pattern.slice(0, -1)
  return path.startsWith(folder) && !path.slice(folder.length).includes('/')
}

/** Where the value of a secret may be taken out: where it is sent. */
export const revealers: readonly string[] = [
  'src/core/secret/',
  ...['http.ts', 'http/', 'access-token.ts', 'git/', 'registry/', 'cluster/', 'store/', 'decrypt/'].map(
    (edge) => `src/io/${edge}`,
  ),
  // Compares what a sender of webhooks shows.
  'src/controller/webhook/proof.ts',
]

/** The home of each package that runs in the product, as patterns; its types do not leave it. */
export const packageHomes: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['src/io/cluster/kubeconfig.ts'],
  'simple-git': ['src/io/git/'],
  undici: ['src/io/http.ts', 'src/io/http/'],
  ioredis: ['src/io/store/redis/'],
  bullmq: ['src/controller/queue/', 'src/controller/board.ts'],
  yaml: ['src/core/yaml.ts'],
  zod: ['src/core/schema.ts'],
  re2js: ['src/core/regex.ts'],
  '@marcbachmann/cel-js': ['src/core/cel.ts'],
  diff: ['src/core/diff.ts'],
  semver: ['src/core/policy/kinds/semver/'],
  '@sigstore/bundle': ['src/io/evidence/signature/'],
  '@sigstore/verify': ['src/io/evidence/signature/'],
  '@sigstore/protobuf-specs': ['src/io/evidence/signature/'],
  commander: ['src/cli/program.ts', 'src/cli/commands/'],
  pino: ['src/io/log.ts'],
  'prom-client': ['src/controller/metrics/'],
  hono: [
    'src/controller/server.ts',
    'src/controller/surface.ts',
    'src/controller/webhook/',
    'src/controller/probes.ts',
    'src/controller/board.ts',
    'src/controller/board/',
  ],
  '@hono/node-server': ['src/controller/server.ts', 'src/controller/board.ts'],
  '@opentelemetry/api': ['src/controller/trace.ts'],
  '@bull-board/api': ['src/controller/board.ts'],
  '@bull-board/hono': ['src/controller/board.ts'],
  '@bull-board/ui': ['src/controller/board.ts'],
}
