import type { ResourceKind } from '#core/api/kinds.ts'

/** One object of each kind, as somebody might begin with it. */
export const examples: Readonly<Record<ResourceKind, string>> = {
  ImageRepository: `
apiVersion: tagboat.dev/v1
kind: ImageRepository
metadata:
  name: web
spec:
  image: ghcr.io/acme/web
  interval: 5m
`,
  ImagePolicy: `
apiVersion: tagboat.dev/v1
kind: ImagePolicy
metadata:
  name: web
spec:
  imageRepositoryRef:
    name: web
  policy:
    semver:
      range: ^1.4
`,
  GitRepository: `
apiVersion: tagboat.dev/v1
kind: GitRepository
metadata:
  name: config
spec:
  url: https://git.example.com/acme/config
  interval: 1m
  ref:
    branch: main
`,
  ImageUpdateAutomation: `
apiVersion: tagboat.dev/v1
kind: ImageUpdateAutomation
metadata:
  name: apps
spec:
  interval: 30m
  sourceRef:
    name: config
  git:
    commit:
      author:
        name: Tagboat
        email: tagboat@example.com
  update:
    path: ./apps
`,
}
