/** What a team applies: a repository, a policy, a source and an automation, of our group or of Flux's. */
export function manifests({
  image,
  url,
  range = '^1.0.0',
  interval = '1m',
  group = 'tagboat.dev',
}: {
  readonly image: string
  readonly url: string
  readonly range?: string
  readonly interval?: string
  readonly group?: 'tagboat.dev' | 'image.toolkit.fluxcd.io'
}): string {
  const isOurs = group === 'tagboat.dev'
  const source = isOurs ? 'tagboat.dev/v1' : 'source.toolkit.fluxcd.io/v1'
  return `apiVersion: ${group}/v1
kind: ImageRepository
metadata: {name: app, namespace: apps}
spec: {image: ${image}, interval: ${interval}}
---
apiVersion: ${group}/v1
kind: ImagePolicy
metadata: {name: app, namespace: apps}
spec:
  imageRepositoryRef: {name: app}
  policy: {semver: {range: "${range}"}}
---
apiVersion: ${source}
kind: GitRepository
metadata: {name: config, namespace: apps}
spec:
  url: ${url}
  interval: ${interval}
  ref: {branch: main}
---
apiVersion: ${group}/v1
kind: ImageUpdateAutomation
metadata: {name: apps, namespace: apps}
spec:
  interval: ${interval}
  sourceRef: {kind: GitRepository, name: config}
  git:
    commit: {author: {name: Bot, email: bot@example.com}}
  update: {path: ./apps, strategy: Setters}
`
}

/** A Deployment with a marked image. */
export function appFile(image: string, tag: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: apps}
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${image}:${tag} # {"$imagepolicy": "apps:app"}
`
}
