import { expect, it } from 'vitest'
import { planFileTask } from '#core/rewrite/plan-file.ts'
import { reapplyFileTask } from '#core/rewrite/reapply-file.ts'
import { tasks } from '#io/compute/tasks.ts'

it.each([planFileTask, reapplyFileTask])('$name is found by its name', ({ name, run }) =>
  expect(tasks.get(name)).toBe(run),
)
