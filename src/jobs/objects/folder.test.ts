import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { openFolder } from './folder.ts'
import type { Depth, Objects } from './objects.ts'

describe('a folder in the place of S3', () => {
  let root: string
  let objects: Objects
  before(async () => {
    root = await temporaryDirectory()
    objects = openFolder(root)
    await mkdir(join(root, 'b/folder/deep'), { recursive: true })
    for (const key of [
      'secret.csv',
      'b/one.txt',
      'b/folder/2.csv',
      'b/folder/10.csv',
      'b/folder/notes.txt',
      'b/folder/._2.csv',
      'b/folder/deep/3.csv',
    ])
      await writeFile(join(root, key), key)
    await symlink('../../secret.csv', join(root, 'b/folder/link.csv'))
    await symlink('..', join(root, 'b/up'))
  })
  after(() => rm(root, { recursive: true }))

  const list = async (key: string, depth: Depth = 'first level', bucket = 'b') =>
    (await objects.list({ bucket, key }, depth)).map(object => object.key)

  it('lists the one file that a location names, whatever it is called', async () => {
    assert.deepEqual(await objects.list({ bucket: 'b', key: 'one.txt' }, 'first level'), [
      { bucket: 'b', key: 'one.txt', size: 9 },
    ])
  })

  it('lists the .csv files of a folder that are not hidden, in the order of their keys, also in subfolders', async () => {
    await rm(join(root, 'b/folder/link.csv'))
    assert.deepEqual(await list('folder/'), ['folder/10.csv', 'folder/2.csv'])
    assert.deepEqual(await list('folder'), ['folder/10.csv', 'folder/2.csv'])
    assert.deepEqual(await list('', 'subfolders'), ['folder/10.csv', 'folder/2.csv', 'folder/deep/3.csv'])
    const passedOver: string[] = []
    await objects.list({ bucket: 'b', key: '' }, 'subfolders', name => passedOver.push(name))
    assert.deepEqual(passedOver.sort(), ['notes.txt', 'one.txt'])
    await symlink('../../secret.csv', join(root, 'b/folder/link.csv'))
  })

  it('lists every file whose key begins so, as S3 does, but what batch jobs wrote', async () => {
    await writeFile(join(root, 'b/folder/1.json.out'), '')
    await rm(join(root, 'b/folder/link.csv'))
    assert.deepEqual(await list('fol', 'prefix'), [
      'folder/._2.csv',
      'folder/10.csv',
      'folder/2.csv',
      'folder/deep/3.csv',
      'folder/notes.txt',
    ])
    assert.deepEqual(await list('folder/n', 'prefix'), ['folder/notes.txt'])
    assert.deepEqual(await list('folder/deep/', 'prefix'), ['folder/deep/3.csv'])
    await assert.rejects(
      list('olde', 'prefix'),
      /^JobFailure: Invalid Data location\. There is no file at s3:\/\/b\/olde$/,
    )
    await symlink('../../secret.csv', join(root, 'b/folder/link.csv'))
  })

  it('says that there is no bucket and no file', async () => {
    await assert.rejects(
      list('x.csv', 'first level', 'nowhere'),
      /^JobFailure: Invalid Data location\. There is no bucket "nowhere": .* in its data directory$/,
    )
    await mkdir(join(root, 'shop-data'))
    await assert.rejects(list('x.csv', 'first level', 'Shop-date'), /no bucket "Shop-date": .*; is it shop-data\?$/)
    await assert.rejects(list('x.csv'), /Invalid Data location\. There is no CSV or Parquet file at s3:\/\/b\/x\.csv/)
    await assert.rejects(list('one.txt/'), /There is no CSV or Parquet file/)
    await assert.rejects(list('One.csv'), /file at s3:\/\/b\/One\.csv; is it s3:\/\/b\/one\.txt\?$/)
    await assert.rejects(list('foldr/'), /file at s3:\/\/b\/foldr\/; is it s3:\/\/b\/folder\/\?$/)
    await assert.rejects(list('folder/deep/4.csv'), /file at s3:\/\/b\/folder\/deep\/4\.csv$/)
    await assert.rejects(list('folder/2.csv '), /file at s3:\/\/b\/folder\/2\.csv ; is it s3:\/\/b\/folder\/2\.csv\?$/)
    await assert.rejects(
      list('folder/*.csv'),
      /csv; \* stands for nothing else: name a folder to read all of its files$/,
    )
  })

  it('says what the operating system refused', async () => {
    await assert.rejects(objects.write({ bucket: 'b', key: 'one.txt/x.csv' }, lines('x')), {
      name: 'JobFailure',
      message: 's3://b/one.txt/x.csv cannot be read or written: a part of its path is a file, and not a folder',
    })
    await assert.rejects(objects.write({ bucket: 'b', key: `${'x'.repeat(300)}/x.csv` }, lines('x')), {
      message: /cannot be read or written: a part of its path is longer than the disk allows$/,
    })
  })

  it('does not propose the folder that it was told, where nothing in it is read', async () => {
    await mkdir(join(root, 'empty/folder/hidden'), { recursive: true })
    await writeFile(join(root, 'empty/folder/hidden/_SUCCESS'), '')
    for (const key of ['folder/hidden/', 'folder/hidden']) {
      const reason = /There is no CSV or Parquet file at s3:\/\/empty\/folder\/hidden\/?; the folder has no such file$/
      await assert.rejects(list(key, 'first level', 'empty'), reason)
    }
  })

  it('names the file that is a link to nothing, or that was removed meanwhile', async () => {
    await mkdir(join(root, 'links/some'), { recursive: true })
    await writeFile(join(root, 'links/some/1.csv'), '1')
    await symlink('nothing.csv', join(root, 'links/some/2.csv'))
    const reason = 'it was removed meanwhile, or is a link to nothing'
    await assert.rejects(list('some/', 'first level', 'links'), {
      message: `s3://links/some/2.csv cannot be read or written: ${reason}`,
    })
    await assert.rejects(list('some/2.csv', 'first level', 'links'), {
      message: `Invalid Data location. There is no CSV or Parquet file at s3://links/some/2.csv; ${reason}`,
    })
    const removed = async () => {
      for await (const _ of objects.read({ bucket: 'links', key: 'some/3.csv', size: 1 }));
    }
    await assert.rejects(removed, { message: `s3://links/some/3.csv cannot be read or written: ${reason}` })
  })

  it('reads no file that grew or shrank since it was listed, as one that is still being written', async () => {
    await mkdir(join(root, 'growing'))
    await writeFile(join(root, 'growing/1.csv'), 'USER_ID\nann\n')
    const [object] = await objects.list({ bucket: 'growing', key: '1.csv' }, 'first level')
    const text = async () => Buffer.concat(await Array.fromAsync(objects.read(object!))).toString()
    assert.equal(await text(), 'USER_ID\nann\n')
    for (const content of ['USER_ID\nann\nbob\n', 'USER_ID\n']) {
      await writeFile(join(root, 'growing/1.csv'), content)
      const message = 's3://growing/1.csv changed while it was read: create the job again when the file is whole'
      await assert.rejects(text(), { name: 'JobFailure', message })
    }
  })

  it('lets no key out of its bucket', async () => {
    for (const key of ['../secret.csv', 'folder/../../secret.csv', 'up/secret.csv', 'folder/link.csv']) {
      await assert.rejects(list(key), /leads out of its bucket/, key)
      await assert.rejects(objects.write({ bucket: 'b', key }, lines('x')), /leads out of its bucket/, key)
    }
    await assert.rejects(list('folder/'), /leads out of its bucket/)
  })

  it('says that a key has two slashes in a row, which names no file', async () => {
    for (const key of ['/one.txt', '/', '/etc/passwd', 'folder//2.csv', 'folder//']) {
      const reason = /^JobFailure: Invalid Data location\. s3:\/\/b\/.* has two slashes in a row, .*: write one$/
      await assert.rejects(list(key), reason, key)
      await assert.rejects(objects.write({ bucket: 'b', key }, lines('x')), reason, key)
    }
  })

  it('shows a file when it is whole, and leaves nothing of one that failed', async () => {
    await objects.write({ bucket: 'new', key: 'a/b.csv' }, lines('1\n', '2\n'))
    assert.equal(await readFile(join(root, 'new/a/b.csv'), 'utf8'), '1\n2\n')
    const failing = (async function* () {
      yield 'half'
      throw new Error('no more')
    })()
    await assert.rejects(objects.write({ bucket: 'new', key: 'a/b.csv' }, failing), /no more/)
    assert.deepEqual(await readdir(join(root, 'new/a')), ['b.csv'])
    assert.equal(await readFile(join(root, 'new/a/b.csv'), 'utf8'), '1\n2\n')
  })
})

async function* lines(...all: readonly string[]) {
  yield* all
}
