import { expect, it } from 'vitest'
import { Outstanding } from '#controller/outstanding.ts'

it('a job is outstanding until its result comes', () => {
  const jobs = new Outstanding()
  jobs.add('a', 10)
  expect([jobs.has('a'), jobs.size, jobs.oldestAt()]).toEqual([true, 1, 10])
  jobs.finished('a', 20)
  expect([jobs.has('a'), jobs.size, jobs.oldestAt()]).toEqual([false, 0, undefined])
})

it('asked for again, it is outstanding for one result more', () => {
  const jobs = new Outstanding()
  jobs.add('a', 0)
  jobs.add('a', 5)
  jobs.add('a', 6)
  jobs.finished('a', 20)
  expect(jobs.oldestAt()).toBe(20)
  jobs.finished('a', 30)
  expect(jobs.has('a')).toBe(false)
})

it('a run that begins here sees whatever it was asked for before, and nothing that comes later', () => {
  const jobs = new Outstanding()
  jobs.add('a', 0)
  jobs.add('a', 1)
  jobs.started('a')
  jobs.started('unknown')
  jobs.finished('a', 2)
  expect(jobs.has('a')).toBe(false)
  jobs.add('b', 0)
  jobs.started('b')
  jobs.add('b', 1)
  jobs.finished('b', 2)
  expect(jobs.has('b')).toBe(true)
})

it('tells which have waited for long', () => {
  const jobs = new Outstanding()
  jobs.add('a', 0)
  jobs.add('b', 50)
  jobs.add('a', 90)
  expect(jobs.olderThan(60, 100)).toEqual(['a'])
  expect(jobs.olderThan(0, 100)).toEqual(['a', 'b'])
  jobs.delete('a')
  expect(jobs.olderThan(0, 100)).toEqual(['b'])
  jobs.clear()
  expect(jobs.olderThan(0, 100)).toEqual([])
})

it('the result of a job that nobody asked for changes nothing', () => {
  const jobs = new Outstanding()
  jobs.finished('a', 1)
  expect(jobs.size).toBe(0)
})
