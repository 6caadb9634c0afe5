/**
 * The variables for a process that a test starts with an environment of its own. With them it has the clock and the
 * time zone of the test, if these were moved (`npm run test:any-day`).
 */
export const movedClock: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value = '']) =>
    /^(LD_PRELOAD$|DYLD_|FAKETIME|TZ$)/.test(name) ? [[name, value]] : [],
  ),
)
