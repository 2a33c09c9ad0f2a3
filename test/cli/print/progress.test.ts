import { expect, it } from 'vitest'
import { openProgress } from '#cli/print/progress.ts'
import { memoryIo } from '../memory-io.ts'

it('draws a bar on a terminal and clears it at the end', () => {
  const io = memoryIo({ progressColumns: 30 })
  const progress = openProgress(io, 'scanning', 4)
  progress.step()
  progress.step()
  progress.end()
  expect(io.err()).toBe(
    [
      '\rscanning [              ] 0/4',
      '\rscanning [====          ] 1/4',
      '\rscanning [=======       ] 2/4',
      '\r\u001b[K',
    ].join(''),
  )
})

it('is silent where nobody looks', () => {
  const io = memoryIo({ progressColumns: 0 })
  const progress = openProgress(io, 'scanning', 4)
  progress.step()
  progress.end()
  expect(io.err()).toBe('')
})
