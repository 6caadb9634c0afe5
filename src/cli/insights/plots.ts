const HEIGHTS = '▁▂▃▄▅▆▇█'
const EIGHTHS = '▏▎▍▌▋▊▉█'

/** Returns a line of columns, the greatest of full height: `▁▃█▅▁`. A number of 0 is a blank. */
export function columnsPlot(numbers: readonly number[]): string {
  const most = Math.max(...numbers)
  return numbers.map(n => (n > 0 ? HEIGHTS[Math.ceil((n / most) * HEIGHTS.length) - 1] : ' ')).join('')
}

/** Returns a bar for a share from 0 to 1. For 1 it is `length` characters long. */
export function bar(part: number, length: number): string {
  const eighths = Math.min(length * 8, Math.max(part > 0 ? 1 : 0, Math.round(part * length * 8)))
  return '█'.repeat(eighths >> 3) + (EIGHTHS[(eighths & 7) - 1] ?? '')
}

/** Breaks a text into lines of at most `width` characters. All but the first are indented. */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent + word
    } else line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}

/** Aligns the cells of rows. Columns whose heads begin with `>` are aligned to the right, and the `>` is removed. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const [heads = []] = rows
  const toTheRight = heads.map(head => head.startsWith('>'))
  const cells = rows.map((row, i) => (i === 0 ? row.map(head => head.replace(/^>/, '')) : row))
  const widths = heads.map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)))
  return cells.map(row =>
    row
      .map((cell, column) => (toTheRight[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}
