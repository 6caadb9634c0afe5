import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { imageUrl } from './image-url.ts'

const PAGE = 'http://127.0.0.1:7377/console/#/try/shop'

describe('the address of a picture', () => {
  it('is one of https, or of the server that has the page', () => {
    assert.equal(imageUrl(' https://example.com/a b.jpg ', PAGE), 'https://example.com/a%20b.jpg')
    assert.equal(imageUrl('/console/icon.svg', PAGE), 'http://127.0.0.1:7377/console/icon.svg')
  })

  it('is nothing that runs, and nothing that the policy of the page refuses', () => {
    const refused = [
      ...['javascript:alert(1)', 'JavaScript:alert(1)', ' javascript:alert(1)', 'data:image/svg+xml,<svg onload=x>'],
      ...['http://example.com/a.jpg', '//example.com/a.jpg', 'file:///etc/passwd', 'blob:https://example.com/1'],
      ...['https://', 'a.jpg', 'comedy', '', 7, null, undefined, true, ['https://example.com/a.jpg']],
    ]
    for (const value of refused) assert.equal(imageUrl(value, PAGE), undefined, String(value))
  })
})
