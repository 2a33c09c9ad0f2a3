import { gitSuite } from './git.suite.ts'
import { startSsh } from './git.transport.ts'

gitSuite('ssh', startSsh)
