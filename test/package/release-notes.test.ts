import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import { env } from './installed.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/release-notes.ts', import.meta.url))

describe('npm run release-notes', () => {
  let folder: string
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.com', ...args], { cwd: folder, env })
  const notes = (...args: string[]) =>
    execFileSync(process.execPath, [SCRIPT, ...args], { cwd: folder, encoding: 'utf8' })
  const commit = async (subject: string, ...files: string[]) => {
    for (const file of files) {
      await mkdir(join(folder, dirname(file)), { recursive: true })
      await writeFile(join(folder, file), subject)
    }
    git('add', '.')
    git('commit', '--quiet', '--message', `${subject}\n\nThe reason.`)
  }
  before(async () => {
    folder = await temporaryDirectory()
    git('init', '--quiet')
    await commit('Begin', 'README.md')
    git('tag', 'v0.1.0')
    await commit('Refuse a wrong age', 'src/operations/users/put-users.ts', 'src/operations/users/put-users.test.ts')
    await commit('Say it better', 'docs/compatibility.md')
    await commit('Rank better', 'src/engine/a.ts', 'src/engine/b.ts', 'src/store/c.ts', 'docs/compatibility.md')
    await commit('Test more', 'test/users.test.ts')
  })
  after(() => rm(folder, { recursive: true }))

  const EXPECTED = `## API

- Refuse a wrong age

## Recommendations

- Rank better

## Documentation

- Say it better

## Tests and tools

- Test more

`

  it('lists the commits since the last tag, by the part that they change', () => {
    assert.equal(notes().replaceAll(/ \([0-9a-f]+\)$/gm, ''), EXPECTED)
  })

  it('are the same when the release is tagged', () => {
    git('tag', 'v0.2.0')
    assert.equal(notes().replaceAll(/ \([0-9a-f]+\)$/gm, ''), EXPECTED)
  })

  it('begin where they are told to', () => {
    assert.match(notes('HEAD^'), /^## Tests and tools\n\n- Test more \([0-9a-f]+\)\n\n$/)
    assert.match(notes('HEAD'), /^No commit since HEAD/)
  })
})
