const HEIGHTS = '▁▂▃▄▅▆▇█'
const EIGHTHS = '▏▎▍▌▋▊▉█'

/**
 * A line of columns as high as the numbers, the greatest as high as a letter: `▁▃█▅▁`; a blank where there is nothing.
 */
export function columnsPlot(numbers: readonly number[]): string {
  const most = Math.max(...numbers)
  return numbers.map(n => (n > 0 ? HEIGHTS[Math.ceil((n / most) * HEIGHTS.length) - 1] : ' ')).join('')
}

/** A bar for a part from 0 to 1, so many letters long where it is 1. */
export function bar(part: number, length: number): string {
  const eighths = Math.min(length * 8, Math.max(part > 0 ? 1 : 0, Math.round(part * length * 8)))
  return '█'.repeat(eighths >> 3) + (EIGHTHS[(eighths & 7) - 1] ?? '')
}

/** The text in lines of so many letters at most, each but the first behind an indent. */
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

/** Rows of cells under each other; the columns whose heads begin with `>` to the right, without that. */
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
