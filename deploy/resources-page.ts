import { acceptedGroups } from '#core/api/group.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { rules } from '#core/api/rules.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { laterFields } from '#core/api/unsupported.ts'
import { crdNames } from './crd-names.ts'
import { examples } from './examples.ts'
import { fieldRows } from './field-rows.ts'
import { escape, table } from './markdown.ts'

/** The page docs/resources.md. */
export function resourcesPage(): string {
  const kinds = Object.keys(specSchemas) as ResourceKind[]
  return [
    '# Resources',
    'This page is generated from the schemas that read the files (`npm run generate`).',
    intro,
    groupTable(),
    ...kinds.map(kindSection),
  ].join('\n\n')
}

const intro = `Tagboat works on YAML objects as Kubernetes has them. Those of its own group and those of Flux are read alike; in
the tables below, fields that only Tagboat has are marked. On an object of Flux such a field stands in the annotation
\`tagboat.dev/spec\`, which holds one JSON object shaped like the spec:

\`\`\`yaml
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata:
  name: web
  annotations:
    tagboat.dev/spec: '{"platforms": ["linux/amd64", "linux/arm64"]}'
spec:
  imageRepositoryRef:
    name: web
  policy:
    semver:
      range: 1.x
\`\`\`

An unknown field, kind or group is an error that names file, line and the name that was probably meant. A field that
waits for a later release is accepted: either the object is refused with a message that says what to do instead, or it
works without the field and a warning says so. Objects of other groups, files named \`*.test.yaml\` and Helm templates
are passed over. Beside the resources a folder may hold plain Secrets, the ServiceAccounts whose \`imagePullSecrets\`
are to be used, and Namespaces whose labels \`accessFrom\` asks for. Durations are written as in Go: \`30s\`, \`5m\`,
\`1h30m\`.

| annotation | on | meaning |
| --- | --- | --- |
| \`tagboat.dev/spec\` | objects of Flux | fields of Tagboat, as above |
| \`reconcile.fluxcd.io/requestedAt\`, \`tagboat.dev/requestedAt\` | all | another value asks for a pass at once |
| \`event.toolkit.fluxcd.io/KEY\` | all | \`KEY\` is added to every event of the object |
| \`tagboat.dev/allow-downgrade\` | ImagePolicy | the tag that may be elected although it is lower |
| \`tagboat.dev/release\` | ImageUpdateAutomation | the commit whose lower value is no longer to be kept |`

function groupTable(): string {
  const rows = acceptedGroups.flatMap(({ group, versions, kinds }) =>
    Object.entries(kinds).map(([written, kind]) => {
      const note = kind === 'Sync' ? 'passed over until the synchronizer is there' : ''
      return [`\`${group}\``, versions.join(', '), written, note]
    }),
  )
  return `## Groups and versions\n\n${table(['group', 'versions', 'kind', ''], rows)}`
}

function kindSection(kind: ResourceKind): string {
  const { description, shortNames } = crdNames[kind]
  const [own, flux] = [shortNames.tagboat, shortNames.flux].map((names) =>
    names.map((name) => `\`${name}\``).join(', '),
  )
  const constraints = rules[kind].map(({ path, message }) =>
    message.startsWith('spec.') ? `- ${message}` : `- ${path.join('.')}: ${message}`,
  )
  return [
    `## ${kind}`,
    `${description} Short name in a cluster: ${own ?? ''}; in Flux's group: ${flux ?? ''}.`,
    `\`\`\`yaml\n${examples[kind].trim()}\n\`\`\``,
    `### Spec of ${kind}`,
    specTable(kind),
    ...(constraints.length === 0 ? [] : [['Across fields:', '', ...constraints].join('\n')]),
    `### Status of ${kind}`,
    statusTable(kind),
  ].join('\n\n')
}

function specTable(kind: ResourceKind): string {
  const rows = fieldRows(specSchemas[kind]).map(({ path, type, default: value, meaning, isRequired, isOwn }) => {
    const later = laterFields[kind].find((field) => field.path.join('.') === path)
    const values = later?.values === undefined ? '' : `${later.values.join(', ')}: `
    const notYet = later === undefined ? '' : `; **not yet**: ${escape(values + later.message)}`
    return [
      `\`${path}\``,
      type,
      isRequired ? '**required**' : value,
      escape(meaning) + notYet,
      isOwn ? 'Tagboat' : 'Flux',
    ]
  })
  return table(['field', 'type', 'default', 'meaning', 'of'], rows)
}

function statusTable(kind: ResourceKind): string {
  const rows = fieldRows(statusSchemas[kind])
    // A condition is described by Kubernetes.
    .filter(({ path }) => !path.startsWith('conditions[]'))
    .map(({ path, type, meaning, isOwn }) => [`\`${path}\``, type, escape(meaning), isOwn ? 'Tagboat' : 'Flux'])
  return table(['field', 'type', 'meaning', 'of'], rows)
}
