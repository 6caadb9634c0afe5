import { createListedProductsKernel } from './kernel.ts'
import { createMemory, reachArrays, rememberMemory } from './memory.ts'
import type { SparseRows } from './sparse.ts'

/** Products of a vector with rows of a matrix; see `openListedProducts`. */
interface ListedProducts {
  /** One number for each column of the matrix. */
  readonly vector: Float64Array
  /**
   * Multiplies the vector with each row that any of these lists names. The first `count` of `rows` are those, and the
   * first of `products` their products. Both are valid until the next call, and kernels reach them.
   */
  multiply(lists: readonly number[]): Products
}

interface Products {
  readonly rows: Int32Array
  readonly products: Float64Array
  readonly count: number
}

/** Lists of rows: the n-th names rows[offsets[n] .. offsets[n+1]]. */
interface RowLists {
  readonly offsets: Int32Array
  readonly columns: Int32Array
}

/**
 * Opens the products of a vector with rows of a matrix, each row once, whichever lists name it.
 * @param columns how many columns the matrix has
 * @param listsMax how many lists a call may have
 */
export function openListedProducts(
  matrix: SparseRows,
  lists: RowLists,
  { columns, listsMax }: { readonly columns: number; readonly listsMax: number },
): ListedProducts {
  const { memory: rows, addresses } = reachArrays([matrix.offsets, matrix.columns, matrix.values, lists.columns])
  const [offsets, columnsAt, entries, listed] = addresses as [number, number, number, number]
  const count = matrix.offsets.length - 1
  const rowsMax = Math.min(count, listsMax * longestOf(lists))
  const at = { vector: 0, products: 8 * columns, rows: 8 * (columns + rowsMax), isListed: 8 * columns + 12 * rowsMax }
  const memory = createMemory(at.isListed + count)
  const buffer = rememberMemory(memory)
  const { multiply, forget } = createListedProductsKernel(memory, rows, {
    offsets,
    columns: columnsAt,
    entries,
    vector: at.vector,
    isListed: at.isListed,
  })
  const found = {
    rows: new Int32Array(buffer, at.rows, rowsMax),
    products: new Float64Array(buffer, at.products, rowsMax),
  }
  return {
    vector: new Float64Array(buffer, at.vector, columns),
    multiply(wanted) {
      let end = at.rows
      for (const list of wanted) {
        const [from, to] = [listed + 4 * lists.offsets[list]!, listed + 4 * lists.offsets[list + 1]!]
        end = multiply(from, to, end, at.products + 2 * (end - at.rows))
      }
      forget(at.rows, end)
      return { ...found, count: (end - at.rows) / 4 }
    },
  }
}

function longestOf({ offsets }: RowLists): number {
  let longest = 0
  for (let list = 0; list + 1 < offsets.length; list++) longest = Math.max(longest, offsets[list + 1]! - offsets[list]!)
  return longest
}
