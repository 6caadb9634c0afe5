import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { run } from '#test/program.ts'
import { clientsOf, createDataset } from '#test/server.ts'
import { type PersonaliteServer, startServer } from '../src/index.ts'

describe('personalite retention', () => {
  let server: PersonaliteServer
  before(async () => {
    server = await startServer({ keepEvents: '400d' })
    const { personalize } = clientsOf(server.url)
    for (const group of ['shop', 'news']) await createDataset({ personalize }, 'Interactions', { group })
    personalize.destroy()
  })
  after(() => server.stop())

  const personalite = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(['retention', ...args], { AWS_ENDPOINT_URL: server.url })
    return { code, stdout, stderr }
  }
  const done = (stdout: string) => ({ code: 0, stdout: `${stdout}\n`, stderr: '' })
  const failed = (message: string) => ({ code: 1, stdout: '', stderr: `personalite: ${message}\n` })

  it('lists, sets and unsets for how long groups keep interactions', async () => {
    const shop = ['--dataset-group', 'shop']
    const set = await personalite('set', '36h', ...shop, '--yes')
    assert.deepEqual(set, done('shop keeps interactions for 36h, set by the dataset group'))
    const listed = await personalite('list')
    assert.deepEqual(listed, done('name  keepEvents  setBy\nshop  36h         dataset-group\nnews  400d        server'))
    const unset = await personalite('unset', ...shop)
    assert.deepEqual(unset, done('shop keeps interactions for 400d, set by the server'))
    const forever = await personalite('set', 'forever', ...shop)
    assert.deepEqual(forever, done('shop keeps interactions forever, set by the dataset group'))
  })

  it('asks before less is kept, and names what is wrong', async () => {
    const loss = 'the interactions of news that are older than 399d are deleted for good; add --yes if that is meant'
    assert.deepEqual(await personalite('set', '399d', '--dataset-group', 'news'), failed(loss))
    const wrong = 'the age must be a number of days or hours, such as 400d or 36h (36500d at most), or forever, got 1y'
    assert.deepEqual(await personalite('set', '1y', '--dataset-group', 'news'), failed(wrong))
    const several = 'there are several dataset groups: say which with --dataset-group (shop, news)'
    assert.deepEqual(await personalite('set', '500d'), failed(several))
  })
})
