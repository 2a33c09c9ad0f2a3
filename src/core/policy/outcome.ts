import type { Entry } from './compile.ts'
import type { Candidate, Selection } from './selection.ts'

/** What came of the candidates in their order: who is elected, whom the gates refused, what has to be asked first. */
export interface Outcome {
  readonly elected: Entry | undefined
  readonly refused: readonly Candidate[]
  readonly wants: Selection['wants']
  readonly failure: Selection['failure']
}
