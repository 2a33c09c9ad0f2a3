import type { Gate, GateAnswer, GateFacts } from './kind.ts'

/** What the gates that stand at one place say together: the first that does not let the image pass, else `pass`. */
export function decide(gates: readonly Gate[], at: Gate['at'], facts: GateFacts | undefined): GateAnswer {
  const answers = gates.filter((gate) => gate.at === at).map((gate) => gate.judge(facts))
  return answers.find((answer) => answer.kind !== 'pass') ?? { kind: 'pass' }
}
