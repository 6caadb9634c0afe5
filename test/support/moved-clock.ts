/**
 * Variables for a process that a test starts with its own environment. They set the clock and the time zone of the
 * test, if these are moved (`npm run test:any-day`).
 */
export const movedClock: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value = '']) =>
    /^(LD_PRELOAD$|DYLD_|FAKETIME|TZ$)/.test(name) ? [[name, value]] : [],
  ),
)
