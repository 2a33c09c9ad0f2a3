import { parseResource } from '#core/api/parse.ts'
import { printProblem } from '#core/api/problem.ts'
import { parseYamlValues } from '#core/yaml.ts'

/** Reads the first document of a text as the file `a.yaml` would be read. */
export function read(text: string) {
  const [document] = parseYamlValues(text).documents
  if (document === undefined) throw new Error('no document')
  return parseResource(document.value, { file: 'a.yaml', lineAt: (path) => document.lineAt(path) })
}

/** Its problems as a person sees them. */
export function problemsIn(text: string): readonly string[] {
  const parsed = read(text)
  return parsed.is === 'invalid' ? parsed.problems.map(printProblem) : [`is ${parsed.is}`]
}

/** An ImagePolicy of Flux, without a policy; `spec` begins on line 8. */
export const policy = (spec: string, annotations = '') => `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata:
  name: web
  namespace: apps
${annotations}spec:
  imageRepositoryRef: {name: web}
${spec}`

/** An object of our group; `spec` begins on line 5. */
export const tagboat = (kind: string, spec: string) => `apiVersion: tagboat.dev/v1
kind: ${kind}
metadata: {name: web}
spec:
${spec}`
