import type { LabelSelector } from './image-update-automation.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Does a Kubernetes label selector choose an object with these labels? All of its parts must hold; without a selector
 * or with an empty one everything is chosen. `NotIn` also holds where the label is missing.
 */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  const expressions = selector?.matchExpressions ?? []
  return (
    hasLabels(labels, selector?.matchLabels ?? {}) &&
    expressions.every(({ key, operator, values }) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      const isListed = value !== undefined && (values ?? []).includes(value)
      return operator === 'In' ? isListed : !isListed
    })
  )
}

/** Does an object carry all wanted labels with these values? */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
}
