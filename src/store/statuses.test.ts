import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { jobStatuses } from '../jobs/statuses.ts'
import { IS_JOB, isRemovedWithParent } from './kinds.ts'
import { isUnfinished, phaseOf, UNFINISHED_SQL } from './statuses.ts'

const migration = (driver: string, name: string) =>
  readFileSync(new URL(`./${driver}/migrations/${name}.sql`, import.meta.url), 'utf8')
const withoutBrackets = (sql: string) => sql.slice(1, -1)

describe('the list of statuses', () => {
  it('has one meaning for a word, whatever is done', () => {
    for (const status of ['PENDING', 'CREATE PENDING', 'START PENDING', 'UPDATE PENDING', 'DELETE PENDING'])
      assert.equal(phaseOf(status), 'waiting')
    assert.deepEqual(['ACTIVE', 'COMPLETED', 'INACTIVE'].map(phaseOf), ['done', 'done', 'inactive'])
    assert.deepEqual(['CREATE FAILED', 'FAILED', 'CREATE STOPPED'].map(phaseOf), ['failed', 'failed', 'stopped'])
  })

  it('has no meaning for what is not a status', () => {
    for (const text of ['', 'CREATE', 'constructor', 'REMOVE PENDING', 'NOT ACTIVE', 'pending'])
      assert.equal(phaseOf(text), undefined)
  })

  it('takes for unfinished what waits, runs or is being stopped', () => {
    for (const status of ['CREATE PENDING', 'UPDATE IN_PROGRESS', 'IN PROGRESS', 'CREATE STOPPING'])
      assert.ok(isUnfinished({ status }), status)
    for (const status of ['ACTIVE', 'INACTIVE', 'COMPLETED', 'CREATE FAILED', 'CREATE STOPPED'])
      assert.ok(!isUnfinished({ status }), status)
  })

  for (const driver of ['sqlite', 'postgres'])
    it(`has the words of the index of ${driver}, which is used only so`, () => {
      assert.ok(migration(driver, '0002-unfinished').includes(`WHERE ${withoutBrackets(UNFINISHED_SQL)};`))
    })
})

describe('the kinds of resources', () => {
  for (const [driver, name] of Object.entries({ sqlite: '0006-resources', postgres: '0005-resources' }))
    it(`that are jobs are those of the indexes of ${driver}`, () => {
      assert.equal(migration(driver, name).split(`WHERE ${withoutBrackets(IS_JOB)};`).length, 3)
    })

  it('that are jobs go along with what they live in, but for recommenders, which live on', () => {
    const staying = Object.keys(jobStatuses).filter(kind => !isRemovedWithParent({ kind }))
    assert.deepEqual(staying, ['recommender'])
    for (const kind of ['solution', 'campaign', 'dataset', 'schema', 'filter'])
      assert.ok(!isRemovedWithParent({ kind }), kind)
  })
})
