import { parentPort } from 'node:worker_threads'
import { AppError } from '#core/error.ts'
import { failureOf, type Answer, type Question } from './message.ts'
import { tasks } from './tasks.ts'

/** Entry of a worker thread: answers every question with one message. */
parentPort?.on('message', ({ task, input }: Question) => {
  parentPort?.postMessage(answer(task, input), []) // nothing is transferred
})

function answer(name: string, input: unknown): Answer {
  try {
    const run = tasks.get(name)
    if (run === undefined) throw new AppError('INTERNAL', `worker thread: there is no task "${name}"`)
    return { output: run(input as never) }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}
