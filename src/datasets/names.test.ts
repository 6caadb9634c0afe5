import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { camelCase, foldName, nearestName } from './names.ts'

describe('names of fields', () => {
  for (const [field, key] of [
    ['GENDER', 'gender'],
    ['MEMBERSHIP_TYPE', 'membershipType'],
    ['NUMBER_OF_VIDEOS_WATCHED', 'numberOfVideosWatched'],
    ['GENRES_L1', 'genresL1'],
    ['FIELD_2X', 'field2X'],
    ['memberClass', 'memberClass'],
    ['user_device_type', 'userDeviceType'],
    ['DSTCity', 'dstCity'],
  ] as const) {
    it(`reads ${field} back as ${key}`, () => {
      assert.equal(camelCase(field), key)
      assert.equal(foldName(key), foldName(field))
    })
  }

  it('takes any spelling with the same letters and digits', () => {
    for (const key of ['genresL1', 'genresl1', 'genres_l1', 'GENRES_L1', 'Genres-L1'])
      assert.equal(foldName(key), 'genresl1')
  })

  it('does not drop the letters of other scripts', () => {
    for (const key of ['genreé', 'genree\u0301', 'genreИ']) assert.notEqual(foldName(key), 'genre')
  })

  it('find the one that a misspelling is meant to be', () => {
    const names = ['age', 'membershipType', 'genresL1', 'price']
    for (const [misspelt, meant] of [
      ['aeg', 'age'],
      ['AGES', 'age'],
      ['memberType', undefined],
      ['membership', 'membershipType'],
      ['member_shiptype', 'membershipType'],
      ['genreL1', 'genresL1'],
      ['genre', 'genresL1'],
      ['priceInEuro', 'price'],
      ['colour', undefined],
      ['kindOfItem', undefined],
      ['', undefined],
      ['x', undefined],
      ['p'.repeat(100_000), undefined],
    ] as const)
      assert.equal(nearestName(misspelt, names), meant, misspelt)
    const ofAction = ['creationTimestamp', 'actionExpirationTimestamp']
    assert.equal(nearestName('expirationTimestamp', ofAction), 'actionExpirationTimestamp')
    assert.equal(nearestName('aws-sim', ['aws-similar-items', 'aws-sims']), 'aws-sims')
    assert.equal(nearestName('age', []), undefined)
  })
})
