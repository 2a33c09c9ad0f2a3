import { readFile } from 'node:fs/promises'
import { AppError } from '#core/error.ts'
import { z } from '#core/schema.ts'
import { parseYamlValues } from '#core/yaml.ts'
import { defaultRegistryConfig, type RegistryConfig } from './options.ts'

const count = () => z.number().int().positive()

const host = z.strictObject({
  host: z.string().min(1),
  provider: z.string().optional(),
  api: z.string().optional(),
  pushTimes: z.string().optional(),
  pageSize: z.number().int().min(0).optional(),
  perSecond: z.number().positive().optional(),
  concurrency: count().optional(),
})

const limits = z.strictObject({
  smallBytes: count(),
  pageBytes: count(),
  listBytes: count(),
  manifestBytes: count(),
  tags: count(),
  pages: count(),
  smallPages: count(),
})

const schema = z.strictObject({
  registry: z
    .strictObject({
      allowLoopback: z.boolean(),
      allowPrivate: z.boolean(),
      trustedHosts: z.array(z.string()),
      allowedHosts: z.array(z.string()),
      hosts: z.array(host),
      limits: limits.partial(),
      cacheBytes: count(),
    })
    .partial()
    .optional(),
})

/**
 * Reads the file of `--config`: YAML with the settings of registries under `registry`; what it does not name keeps its
 * default. `USAGE_INVALID` names file, line or field.
 */
export async function readConfig(path: string, defaults = defaultRegistryConfig): Promise<RegistryConfig> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('USAGE_INVALID', `--config: ${path} cannot be read (${error.code ?? error.message})`)
  })
  const { documents, problems } = parseYamlValues(text)
  const [problem] = problems
  if (problem !== undefined)
    throw new AppError('USAGE_INVALID', `--config: ${path}:${problem.line}: ${problem.message}`)
  const parsed = schema.safeParse(documents[0]?.value ?? {})
  if (!parsed.success) throw new AppError('USAGE_INVALID', `--config: ${path}: ${z.prettifyError(parsed.error)}`)
  const { limits: ownLimits, hosts, ...registry } = withoutUndefined(parsed.data.registry ?? {})
  return {
    ...defaults,
    ...registry,
    hosts: (hosts ?? []).map(withoutUndefined),
    limits: { ...defaults.limits, ...withoutUndefined(ownLimits ?? {}) },
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> } & Pick<
  T,
  { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T]
>

/** The members that were given; a schema makes absent and undefined alike. */
function withoutUndefined<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Given<T>
}
