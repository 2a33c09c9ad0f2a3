import { gitSuite } from './git.suite.ts'
import { startFile, startHttp } from './git.transport.ts'

gitSuite('file', startFile)
gitSuite('http with basic auth', startHttp)
