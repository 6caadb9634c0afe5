import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Migration } from '../migrations.ts'
import { isConcurrent, MIGRATIONS_KNOWN, statementsOf } from './migrate.ts'

/** The rules hold from here on: the migrations before are older than they are. */
const FIRST = 7

/** The tables that grow with the business: a lock or a pass over one of them holds up every server. */
const LARGE = 'records|interactions|sessions|event_ids|changes|resources'

/** The forms of statements that lock a large table for as long as it is large, and the way to do it instead. */
const LOCKING: readonly (readonly [form: RegExp, instead: string])[] = [
  [/^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)/, 'CREATE INDEX CONCURRENTLY, in a file of its own'],
  [/^DROP INDEX (?!CONCURRENTLY)/, 'DROP INDEX CONCURRENTLY'],
  [/^REINDEX (?!.*CONCURRENTLY)/, 'REINDEX … CONCURRENTLY'],
  [/^ALTER TABLE .*\bADD (CONSTRAINT|CHECK|FOREIGN KEY)\b(?!.*NOT VALID)/, 'ADD CONSTRAINT … NOT VALID, then VALIDATE'],
  [/^ALTER TABLE .*\bADD (PRIMARY KEY|UNIQUE)\b/, 'a unique index, CONCURRENTLY, and ADD … USING INDEX'],
  [/^ALTER TABLE .*\bADD COLUMN\b.*\bNOT NULL\b(?!.*\bDEFAULT\b)/, 'a constant DEFAULT'],
  [/^ALTER TABLE .*\bADD COLUMN\b.*(\bDEFAULT [\w.]+ ?\(|\bGENERATED\b|\bREFERENCES\b)/, 'a constant DEFAULT'],
  [/^ALTER TABLE .*\b(TYPE|SET NOT NULL|SET LOGGED|SET UNLOGGED)\b/, 'a new column, which both versions write'],
  [/^(UPDATE|DELETE FROM)\b/, 'a little at a time, while serving'],
  [/^INSERT INTO .*\bSELECT\b.*\bFROM\b/, 'a little at a time, while serving'],
  [/^CREATE TABLE .*\bAS\b.*\bSELECT\b/, 'a little at a time, while serving'],
  [/^(LOCK|CLUSTER|VACUUM FULL|TRUNCATE)\b/, 'nothing that locks the table'],
]

/** The forms of statements after which servers of the version before do not work. */
const CONTRACTING = /^(DROP (TABLE|FUNCTION|TRIGGER)|ALTER TABLE .*\b(DROP|RENAME)|TRUNCATE)\b/

/** The faults of a migration, in words. @param oldest the oldest servers before it */
function faultsOf({ name, text, number, oldest }: Migration, oldestBefore: number): readonly string[] {
  const statements = statementsOf(text).map(statement => statement.replaceAll(/\s+/g, ' '))
  const made = new Set(
    statements.flatMap(statement => /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/.exec(statement)?.[1] ?? []),
  )
  const outside = statements.map(statement => statement.replaceAll(/\$\$.*?\$\$/g, '$$$$'))
  const onLarge = outside.filter(statement =>
    [...statement.matchAll(new RegExp(`\\b(${LARGE})\\b`, 'g'))].some(([table]) => !made.has(table)),
  )
  const faults = onLarge.flatMap(statement =>
    LOCKING.filter(([form]) => form.test(statement)).map(([, instead]) => `${statement}: ${instead}`),
  )
  if (!/^-- Servers from \d{4} on go on\b/.test(text)) faults.push('its first line says which servers go on')
  if (oldest > number || oldest < oldestBefore) faults.push(`servers from ${oldest} on cannot be`)
  const contracting = outside.find(statement => CONTRACTING.test(statement))
  if (contracting && oldest <= oldestBefore) faults.push(`${contracting}: older servers cannot go on`)
  if (isConcurrent({ text }) && !statements.every(statement => /CONCURRENTLY( IF| )/.test(statement)))
    faults.push('what runs CONCURRENTLY is in a file of its own')
  return faults.map(fault => `${name}: ${fault}`)
}

const migration = (text: string, oldest = 6): Migration => ({
  name: '0008-new.sql',
  number: 8,
  text: `-- Servers from 000${oldest} on go on\n${text}`,
  oldest,
})

describe('a migration of PostgreSQL', () => {
  it('says which servers go on while it runs, and locks no large table', () => {
    let oldest = 0
    for (const migration of MIGRATIONS_KNOWN) {
      if (migration.number >= FIRST) assert.deepEqual(faultsOf(migration, oldest), [])
      oldest = migration.number >= FIRST ? Math.max(oldest, migration.oldest) : 0
    }
  })

  for (const text of [
    'CREATE INDEX by_age ON records (seq);',
    'DROP INDEX CONCURRENTLY IF EXISTS a; CREATE UNIQUE INDEX b ON sessions (user_id);',
    'ALTER TABLE interactions ADD COLUMN place text NOT NULL;',
    'ALTER TABLE interactions ADD COLUMN place uuid DEFAULT gen_random_uuid();',
    'ALTER TABLE records ALTER COLUMN fields TYPE jsonb;',
    'ALTER TABLE records ADD CONSTRAINT whole CHECK (seq > 0);',
    'ALTER TABLE event_ids ADD PRIMARY KEY (event_id);',
    "UPDATE resources SET status = 'ACTIVE';",
    'INSERT INTO counts SELECT count(*) FROM interactions;',
    'CREATE TABLE counts AS SELECT count(*) FROM interactions;',
    'LOCK TABLE records;',
    'ALTER TABLE records DROP COLUMN seq;',
    'DROP TABLE shown;',
    'ALTER TABLE resources RENAME COLUMN tags TO labels;',
    'CREATE INDEX CONCURRENTLY a ON records (seq); CREATE TABLE beside (n int);',
  ])
    it(`may not be: ${text}`, () => assert.notDeepEqual(faultsOf(migration(text), 6), []))

  for (const text of [
    'CREATE TABLE fresh (n int); CREATE INDEX of_fresh ON fresh (n); INSERT INTO fresh VALUES (1);',
    'ALTER TABLE records ADD COLUMN place text;',
    "ALTER TABLE records ADD COLUMN place text NOT NULL DEFAULT '';",
    'ALTER TABLE records ADD CONSTRAINT whole CHECK (seq > 0) NOT VALID;',
    'ALTER TABLE records VALIDATE CONSTRAINT whole;',
    'DROP INDEX CONCURRENTLY IF EXISTS a; CREATE INDEX CONCURRENTLY a ON records (seq);',
    'CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE records SET seq = 1; END $$;',
  ])
    it(`may be: ${text}`, () => assert.deepEqual(faultsOf(migration(text), 6), []))

  it('may take away what older servers need only if these cannot go on', () => {
    assert.deepEqual(faultsOf(migration('ALTER TABLE records DROP COLUMN seq;', 8), 6), [])
    assert.notDeepEqual(faultsOf(migration('CREATE TABLE fresh (n int);', 9), 6), [])
    assert.notDeepEqual(faultsOf({ ...migration(''), text: 'CREATE TABLE fresh (n int);' }, 6), [])
  })
})
