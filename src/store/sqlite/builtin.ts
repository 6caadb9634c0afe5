/** Node 22 says so in each thread that loads it; nobody can do anything about it. */
const WARNING = 'SQLite is an experimental feature and might change at any time'

/** Node's SQLite, loaded without that warning; all others stay. A static import would load it before this code runs. */
export const sqlite = withoutWarning(() => process.getBuiltinModule('node:sqlite'))

function withoutWarning<Result>(load: () => Result): Result {
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...more: unknown[]) => {
    if (warning !== WARNING) Reflect.apply(emitWarning, process, [warning, ...more])
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
