/**
 * Two inner loops in WebAssembly, four numbers an instruction: 20 times what plain JavaScript manages, on any machine
 * that runs Node, with the same result to the bit on each (a product and a sum are rounded apart, nothing is fused).
 * The module is assembled here from its instructions, so that there is nothing to compile, to fetch or to trust.
 */

/** The part of https://webassembly.github.io/spec/js-api/ that is used here; the types of Node have none of it. */
export interface Memory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => Memory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** What a matrix multiplication is made of: `rows × columns` numbers of it stay in registers. */
export const TILE = { rows: 4, columns: 8 } as const

export interface Kernel {
  readonly memory: Memory
  /**
   * Subtracts from `count` tiles side by side in C, each a product of `depth`: a is [depth][4], b is [count][depth][8].
   * All are addresses in bytes; `stride` is the bytes of a row of C.
   */
  subtractProduct(c: number, stride: number, a: number, b: number, depth: number, count: number): void
  /** For each of `count` entries (column, value) of a sparse row: acc[column] += value · p, where p is 8 numbers. */
  addSparse(acc: number, columns: number, values: number, count: number, p: number): void
}

const PAGE = 65_536
/** 4 GiB: what addresses of 32 bits reach. */
const PAGES_MAX = 65_536

/** Memory of so many bytes for kernels, which threads can share: the one that is given, grown where it is smaller. */
export function createMemory(bytes: number, given?: Memory): Memory {
  const pages = Math.ceil(bytes / PAGE)
  if (!given) return new WebAssembly.Memory({ initial: pages, maximum: PAGES_MAX, shared: true })
  const missing = pages - given.buffer.byteLength / PAGE
  if (missing > 0) given.grow(missing)
  return given
}

/** A kernel over a memory. */
export function createKernel(memory: Memory): Kernel {
  compiled ??= new WebAssembly.Module(assemble())
  const { exports } = new WebAssembly.Instance(compiled, { engine: { memory } })
  return { memory, ...(exports as Omit<Kernel, 'memory'>) }
}

let compiled: object | undefined

type Code = readonly number[]
const I32 = 0x7f
const V128 = 0x7b
const get = (local: number): Code => [0x20, ...unsigned(local)]
const set = (local: number): Code => [0x21, ...unsigned(local)]
const i32 = (value: number): Code => [0x41, ...signed(value)]
const add: Code = [0x6a]
const mul: Code = [0x6c]
const loadI32: Code = [0x28, 2, 0]
const load = (offset: number): Code => [0xfd, 0x00, 2, ...unsigned(offset)]
const loadSplat = (offset: number): Code => [0xfd, 0x09, 2, ...unsigned(offset)]
const store = (offset: number): Code => [0xfd, 0x0b, 2, ...unsigned(offset)]
const zeros: Code = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
const addV: Code = [0xfd, 0xe4, 0x01]
const subV: Code = [0xfd, 0xe5, 0x01]
const mulV: Code = [0xfd, 0xe6, 0x01]
const increase = (local: number, by: Code): Code => [...get(local), ...by, ...add, ...set(local)]
/** Runs the body, counts the local down, and again until it is 0: so at least once. */
const repeat = (local: number, body: Code): Code => [
  ...[0x03, 0x40],
  ...body,
  ...increase(local, i32(-1)),
  ...get(local),
  ...[0x0d, 0, 0x0b],
]

function subtractProduct(): Code {
  const [c, stride, a, b, depth, count, aAt, left, row] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const sum = (r: number, half: number) => 9 + r * 2 + half
  const bHalf = (half: number) => 17 + half
  const aRow = 19
  const rows = [0, 1, 2, 3]
  const halves = [0, 1]
  const each = (body: (r: number, half: number) => Code) => rows.flatMap(r => halves.flatMap(half => body(r, half)))
  const step = [
    ...halves.flatMap(half => [...get(b), ...load(16 * half), ...set(bHalf(half))]),
    ...rows.flatMap(r => [
      ...[...get(aAt), ...loadSplat(4 * r), ...set(aRow)],
      ...halves.flatMap(half => [
        ...[...get(sum(r, half)), ...get(aRow), ...get(bHalf(half)), ...mulV, ...addV, ...set(sum(r, half))],
      ]),
    ]),
    ...increase(aAt, i32(16)),
    ...increase(b, i32(32)),
  ]
  const write = (r: number, half: number) => [
    ...[...get(row), ...get(row), ...load(16 * half), ...get(sum(r, half)), ...subV, ...store(16 * half)],
    ...(half === 1 ? increase(row, get(stride)) : []),
  ]
  return [
    ...repeat(count, [
      ...each((r, half) => [...zeros, ...set(sum(r, half))]),
      ...[...get(a), ...set(aAt), ...get(depth), ...set(left)],
      ...repeat(left, step),
      ...[...get(c), ...set(row)],
      ...each(write),
      ...increase(c, i32(32)),
    ]),
  ]
}

function addSparse(): Code {
  const [acc, columns, values, count, p, at, value, p0, p1] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const addHalf = (offset: number, half: number) => [
    ...[...get(at), ...get(at), ...load(offset), ...get(value), ...get(half), ...mulV, ...addV, ...store(offset)],
  ]
  return [
    ...[...get(p), ...load(0), ...set(p0), ...get(p), ...load(16), ...set(p1)],
    ...repeat(count, [
      ...[...get(columns), ...loadI32, ...i32(32), ...mul, ...get(acc), ...add, ...set(at)],
      ...[...get(values), ...loadSplat(0), ...set(value)],
      ...addHalf(0, p0),
      ...addHalf(16, p1),
      ...increase(columns, i32(4)),
      ...increase(values, i32(4)),
    ]),
  ]
}

/** The flags of a memory with a limit that threads share. */
const SHARED = 3

/** The module in WebAssembly's binary format: https://webassembly.github.io/spec/core/binary/ */
function assemble(): Uint8Array<ArrayBuffer> {
  const text = (value: string) => vector([...Buffer.from(value)].map(byte => [byte]))
  const parameters = (count: number): Code => [0x60, ...vector(new Array<Code>(count).fill([I32])), 0]
  const body = (i32s: number, v128s: number, code: Code): Code => {
    const locals = vector([
      [i32s, I32],
      [v128s, V128],
    ])
    const whole = [...locals, ...code, 0x0b]
    return [...unsigned(whole.length), ...whole]
  }
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([parameters(6), parameters(5)])),
    ...section(2, vector([[...text('engine'), ...text('memory'), 2, SHARED, 0, ...unsigned(PAGES_MAX)]])),
    ...section(3, vector([[0], [1]])),
    ...section(
      7,
      vector([
        [...text('subtractProduct'), 0, 0],
        [...text('addSparse'), 0, 1],
      ]),
    ),
    ...section(10, vector([body(3, 11, subtractProduct()), body(1, 3, addSparse())])),
  ])
}

function vector(elements: readonly Code[]): Code {
  return [...unsigned(elements.length), ...elements.flat()]
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)]
}
