import type { Source } from './sources.ts'

/** Source files that are proven elsewhere than in the test file of the same name. */
export interface Exemption {
  /** A file, or a folder ending in `/`. */
  readonly source: string
  /** The test file, or the glob of case files, that proves it; it must exist. */
  readonly provenBy: string
}

/** Implementations under a conformance suite, kinds under their cases or the test of their table, the entry. */
export const exemptions: readonly Exemption[] = [
  { source: 'src/core/errors/', provenBy: 'test/rules/error-codes.test.ts' },
  { source: 'src/core/template/', provenBy: 'test/core/template/template.test.ts' },
  { source: 'src/core/webhook/senders/', provenBy: 'test/core/webhook/senders/index.test.ts' },
  { source: 'src/io/cluster/', provenBy: 'test/conformance/cluster.test.ts' },
  { source: 'src/main.ts', provenBy: 'test/cli/commands/run.test.ts' },
  { source: 'src/io/store/memory.ts', provenBy: 'test/conformance/scan-store.test.ts' },
  { source: 'src/io/store/redis/connect.ts', provenBy: 'test/io/store/redis/open.test.ts' },
  { source: 'src/io/store/redis/channels.ts', provenBy: 'test/io/store/redis/open.test.ts' },
  { source: 'src/io/store/redis/state.ts', provenBy: 'test/io/store/redis/open.test.ts' },
  { source: 'src/io/store/redis/failure.ts', provenBy: 'test/io/store/redis/open.test.ts' },
  { source: 'src/io/store/redis/hint.ts', provenBy: 'test/io/store/redis/scans.test.ts' },
  { source: 'src/io/store/redis/script.ts', provenBy: 'test/io/store/redis/buckets.test.ts' },
  { source: 'src/io/store/redis/ping.ts', provenBy: 'test/io/store/redis/private.test.ts' },
  { source: 'src/core/policy/kinds/', provenBy: 'policies/*.test.yaml' },
  { source: 'src/core/gate/kinds/', provenBy: 'policies/*.test.yaml' },
  { source: 'src/io/git/open.ts', provenBy: 'test/conformance/git.test.ts' },
  { source: 'src/io/git/commit.ts', provenBy: 'test/conformance/git.test.ts' },
  { source: 'src/io/git/signing.ts', provenBy: 'test/conformance/git-signing.test.ts' },
  { source: 'src/io/registry/providers/', provenBy: 'test/io/registry/providers/index.test.ts' },
  { source: 'src/cli/definitions.ts', provenBy: 'test/cli/program.test.ts' },
  { source: 'src/cli/io.ts', provenBy: 'test/cli/program.test.ts' },
  { source: 'src/cli/session.ts', provenBy: 'test/cli/commands/plan.test.ts' },
  { source: 'src/cli/pass.ts', provenBy: 'test/cli/commands/scan.test.ts' },
  { source: 'src/cli/update-pass.ts', provenBy: 'test/cli/commands/plan.test.ts' },
  { source: 'src/cli/explain-targets.ts', provenBy: 'test/cli/commands/explain.test.ts' },
  { source: 'src/cli/definitions/', provenBy: 'test/cli/program.test.ts' },
  { source: 'src/cli/cluster/checks/', provenBy: 'test/cli/commands/check.test.ts' },
  { source: 'src/cli/cluster/definition-files.ts', provenBy: 'test/cli/commands/crds.test.ts' },
  { source: 'src/cli/cluster/events.ts', provenBy: 'test/cli/commands/events.test.ts' },
  { source: 'src/cli/cluster/pass-request.ts', provenBy: 'test/cli/commands/reconcile.test.ts' },
  { source: 'src/cli/cluster/targets.ts', provenBy: 'test/cli/commands/reconcile.test.ts' },
  { source: 'src/cli/cluster/wait.ts', provenBy: 'test/cli/commands/reconcile.test.ts' },
  { source: 'src/cli/cluster/', provenBy: 'test/cli/commands/get.test.ts' },
  { source: 'src/cli/print/changes-of-objects.ts', provenBy: 'test/cli/commands/get.test.ts' },
  { source: 'src/cli/print/sections.ts', provenBy: 'test/cli/commands/get.test.ts' },
  { source: 'src/cli/print/findings.ts', provenBy: 'test/cli/commands/check.test.ts' },
  { source: 'src/cli/print/steps.ts', provenBy: 'test/cli/commands/reconcile.test.ts' },
  { source: 'src/cli/demo/config-repository.ts', provenBy: 'test/cli/commands/demo.test.ts' },
  { source: 'src/cli/demo/scanning-at.ts', provenBy: 'test/cli/commands/demo.test.ts' },
  { source: 'src/cli/demo/story.ts', provenBy: 'test/cli/commands/demo.test.ts' },
  // Wiring: it is proven where everything is real.
  { source: 'src/controller/edges.ts', provenBy: 'test/controller/end-to-end/journey.test.ts' },
  { source: 'src/controller/engine.ts', provenBy: 'test/controller/end-to-end/journey.test.ts' },
  { source: 'src/controller/pages.ts', provenBy: 'test/controller/end-to-end/journey.test.ts' },
  { source: 'src/controller/replica.ts', provenBy: 'test/controller/end-to-end/journey.test.ts' },
  { source: 'src/flow/ports/queue.ts', provenBy: 'test/controller/queue/open.test.ts' },
  // The pieces of one pass: their tests go through the whole of it, against real Git and an embedded registry.
  { source: 'src/flow/base.ts', provenBy: 'test/flow/push.test.ts' },
  { source: 'src/flow/downgrade.ts', provenBy: 'test/flow/push.test.ts' },
  { source: 'src/flow/lane-plan.ts', provenBy: 'test/flow/push.test.ts' },
  { source: 'src/flow/member.ts', provenBy: 'test/flow/push.test.ts' },
  { source: 'src/flow/rollback.ts', provenBy: 'test/flow/push.test.ts' },
  { source: 'src/flow/checkout.ts', provenBy: 'test/flow/fetch.test.ts' },
  { source: 'src/flow/webhook-path.ts', provenBy: 'test/flow/fetch.test.ts' },
  { source: 'src/flow/words.ts', provenBy: 'test/flow/reconcile.test.ts' },
  { source: 'src/flow/signing.ts', provenBy: 'test/flow/update.test.ts' },
  { source: 'src/flow/git-remote.ts', provenBy: 'test/cli/commands/apply.test.ts' },
  { source: 'src/flow/referred.ts', provenBy: 'test/flow/select.test.ts' },
  { source: 'src/flow/registry-source.ts', provenBy: 'test/flow/scan.test.ts' },
  { source: 'src/io/registry/seen.ts', provenBy: 'test/io/registry/open.test.ts' },
  { source: 'src/controller/queue/add.ts', provenBy: 'test/controller/queue/open.test.ts' },
  { source: 'src/controller/queue/queues.ts', provenBy: 'test/controller/queue/open.test.ts' },
  { source: 'src/controller/queue/stats.ts', provenBy: 'test/controller/queue/open.test.ts' },
  { source: 'src/controller/queue/patient-worker.ts', provenBy: 'test/controller/queue/queue-worker.test.ts' },
  { source: 'src/controller/metrics/instruments.ts', provenBy: 'test/controller/metrics.test.ts' },
  { source: 'src/controller/board/door.ts', provenBy: 'test/controller/board.test.ts' },
  { source: 'src/controller/board/login-page.ts', provenBy: 'test/controller/board.test.ts' },
]

/** Tests that mirror a source file: all in the folders named as in src, but those of whole journeys. */
const mirrored = /^test\/(core|flow|io|cli|controller)\/(?!end-to-end\/)/

/**
 * Source files without a test and tests without a source file, one message each.
 * Tables (`index.ts`) and files that hold only types have nothing to test.
 */
export function mirrorProblems(
  sources: readonly Source[],
  tests: readonly string[],
  exempt: readonly Exemption[] = exemptions,
): readonly string[] {
  const present = new Set(tests)
  const untested = sources
    .filter(({ path, typesOnly }) => !typesOnly && !path.endsWith('/index.ts') && !isExempt(path, exempt))
    .filter(({ path }) => !present.has(testOf(path)))
    .map(({ path }) => `${path} has no test: write ${testOf(path)}, or name what proves it in test/rules/mirror.ts`)
  const paths = new Set(sources.map(({ path }) => path))
  const orphans = tests
    .filter((test) => mirrored.test(test) && !test.endsWith('.e2e.test.ts') && !paths.has(sourceOf(test)))
    .map((test) => `${test} tests no file: ${sourceOf(test)} does not exist; name the test after its source file`)
  return [...untested, ...orphans]
}

function isExempt(path: string, exempt: readonly Exemption[]): boolean {
  return exempt.some(({ source }) => (source.endsWith('/') ? path.startsWith(source) : path === source))
}

function testOf(source: string): string {
  return source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
}

function sourceOf(test: string): string {
  return test.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts')
}
