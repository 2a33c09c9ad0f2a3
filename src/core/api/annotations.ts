type Annotations = Readonly<Record<string, string>>

/** Our fields of an object of Flux's groups, as one JSON object shaped like its spec. */
export const specAnnotation = 'tagboat.dev/spec'

/** On an ImagePolicy: the tag that may be elected although it is lower. */
export const allowDowngradeAnnotation = 'tagboat.dev/allow-downgrade'

/** On an ImageUpdateAutomation: the commit whose lower value is no longer to be kept. */
export const releaseAnnotation = 'tagboat.dev/release'

const requestAnnotations = ['reconcile.fluxcd.io/requestedAt', 'tagboat.dev/requestedAt']

const eventPrefix = 'event.toolkit.fluxcd.io/'

/**
 * The value by which a person asks for a pass, or undefined. Of Flux's and our annotation the one that is greater as
 * text counts: both hold times, so that is the one set last.
 */
export function requestedAt(annotations: Annotations): string | undefined {
  return requestAnnotations.map((key) => annotations[key]).reduce((a, b) => ((b ?? '') > (a ?? '') ? b : a))
}

/** Has a person asked for a pass that was not done yet? Flux compares for difference, not for order. */
export function isRequested(object: {
  readonly metadata: { readonly annotations: Annotations }
  readonly status: { readonly lastHandledReconcileAt?: string } | undefined
}): boolean {
  const asked = requestedAt(object.metadata.annotations)
  return asked !== undefined && asked !== object.status?.lastHandledReconcileAt
}

/** `event.toolkit.fluxcd.io/KEY` annotations as KEY → value: they go into the metadata of every event of the object. */
export function eventMetadata(annotations: Annotations): Readonly<Record<string, string>> {
  const own = Object.entries(annotations).filter(([key]) => key.startsWith(eventPrefix))
  return Object.fromEntries(own.map(([key, value]) => [key.slice(eventPrefix.length), value]))
}
