import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { rules } from '#core/api/rules.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { crdNames, groupOf, type Family } from './crd-names.ts'
import { structural } from './structural.ts'

/** File name of a kind's definition, e.g. `tagboat.dev_imagepolicies.yaml`. */
export function crdFileName(kind: ResourceKind, family: Family): string {
  return `${groupOf(kind, family).group}_${crdNames[kind].plural}.yaml`
}

/**
 * The CustomResourceDefinition of a kind, as a plain value. In Flux's groups a spec has Flux's fields alone (ours come in
 * an annotation there), a status has ours beside Flux's.
 */
export function crd(kind: ResourceKind, family: Family): object {
  const { plural, shortNames, fluxCategories } = crdNames[kind]
  const { group, versions } = groupOf(kind, family)
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: { 'app.kubernetes.io/part-of': 'tagboat' },
      // Expressions of policies and templates look like variables of Flux's post-build substitution.
      annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
    },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: shortNames[family],
        categories: family === 'tagboat' ? ['all', 'tagboat'] : ['all', ...fluxCategories],
      },
      scope: 'Namespaced',
      conversion: { strategy: 'None' },
      versions: versions.map((version, index) => ({
        name: version,
        served: true,
        storage: index === 0,
        ...(index === 0 ? {} : deprecated(kind, version, versions[0] ?? '')),
        subresources: { status: {} },
        additionalPrinterColumns: crdNames[kind].columns,
        schema: { openAPIV3Schema: objectSchema(kind, family) },
      })),
    },
  }
}

function deprecated(kind: ResourceKind, version: string, instead: string): object {
  return { deprecated: true, deprecationWarning: `${version} ${kind} is deprecated, upgrade to ${instead}` }
}

function objectSchema(kind: ResourceKind, family: Family): object {
  const known = rules[kind].filter(({ origin }) => family === 'tagboat' || origin === 'flux')
  const validations = known.map(({ cel, message }) => ({ rule: cel, message }))
  return {
    type: 'object',
    description: crdNames[kind].description,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: {
        ...structural(specSchemas[kind], { own: family === 'tagboat' }),
        ...(validations.length === 0 ? {} : { 'x-kubernetes-validations': validations }),
      },
      status: { ...structural(statusSchemas[kind], { own: true }), default: { observedGeneration: -1 } },
    },
    required: ['spec'],
  }
}
