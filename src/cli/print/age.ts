const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const yearMs = 365 * dayMs

/** Up to which age it is told in which two units; the second one is left out where it is zero. */
const scales = [
  { belowMs: 2 * minuteMs, unit: 's', unitMs: secondMs },
  { belowMs: 10 * minuteMs, unit: 'm', unitMs: minuteMs, rest: 's', restMs: secondMs },
  { belowMs: 3 * hourMs, unit: 'm', unitMs: minuteMs },
  { belowMs: 8 * hourMs, unit: 'h', unitMs: hourMs, rest: 'm', restMs: minuteMs },
  { belowMs: 2 * dayMs, unit: 'h', unitMs: hourMs },
  { belowMs: 8 * dayMs, unit: 'd', unitMs: dayMs, rest: 'h', restMs: hourMs },
  { belowMs: 2 * yearMs, unit: 'd', unitMs: dayMs },
  { belowMs: 8 * yearMs, unit: 'y', unitMs: yearMs, rest: 'd', restMs: dayMs },
] as const

/** Milliseconds as kubectl tells ages: `90s`, `5m10s`, `3h`, `2d4h`. What seems to lie ahead is `0s`: clocks differ. */
export function printAge(ageMs: number): string {
  const age = Math.max(0, ageMs)
  const scale = scales.find(({ belowMs }) => age < belowMs) ?? { unit: 'y', unitMs: yearMs }
  const whole = `${Math.floor(age / scale.unitMs)}${scale.unit}`
  if (!('rest' in scale)) return whole
  const rest = Math.floor((age % scale.unitMs) / scale.restMs)
  return rest === 0 ? whole : `${whole}${rest}${scale.rest}`
}
