import { InvalidInputException } from '../contract/errors.ts'
import { missing, required } from './keys.ts'
import { Members } from './members.ts'
import type { Route, Routes } from './route.ts'

/** The most bytes of a piece: as base64 they are 2.7 of the 4 MiB of a body. */
const PIECE_BYTES = 2 << 20

/**
 * Shows whether files can be put here, and the largest. With a `location`, shows the beginning of the text of a file
 * there, decompressed.
 */
const readFile: Route = async ({ files }, parameters) => {
  parameters.assertNoneBut(['location'])
  const location = parameters.optional('location')
  if (location !== undefined) return files.peek(location)
  return { canPut: files.uploads !== undefined, maxBytes: files.uploads?.maxBytes, pieceBytes: PIECE_BYTES }
}

/** Puts a piece of a file. With the last one the file is there; jobs read it at the `location` of the reply. */
const putFile: Route = async ({ files: { uploads } }, _parameters, body) => {
  const members = new Members(body, ['upload', 'name', 'offset', 'content', 'isLast'])
  const { isLast = false } = body as { readonly isLast?: unknown }
  if (typeof isLast !== 'boolean') throw new InvalidInputException('isLast must be true or false')
  const name = { upload: required(members, 'upload'), name: required(members, 'name') }
  const offset = members.number('offset', 0, Number.MAX_SAFE_INTEGER) ?? missing('offset')
  const content = Buffer.from(required(members, 'content'), 'base64')
  if (content.length > PIECE_BYTES)
    throw new InvalidInputException(`content must be of ${PIECE_BYTES} bytes at most: put the rest in another piece`)
  if (!uploads) throw new InvalidInputException('This server reads its files in S3: put the file there')
  return uploads.put(name, { offset, content, isLast })
}

/** Deletes a file that was put so. */
const deleteFile: Route = async ({ files: { uploads } }, parameters) => {
  parameters.assertNoneBut(['location'])
  await uploads?.remove(parameters.required('location'))
  return {}
}

/** The routes of `/inspect/files`: the beginning of files in S3, and files that a browser puts for jobs to read. */
export const files: Routes = { GET: readFile, PUT: putFile, DELETE: deleteFile }
