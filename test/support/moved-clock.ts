/**
 * What a process that a test starts with an environment of its own needs, so that it has the clock and the time zone of
 * the test where they were moved (`npm run test:any-day`).
 */
export const movedClock: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value = '']) =>
    /^(LD_PRELOAD$|DYLD_|FAKETIME|TZ$)/.test(name) ? [[name, value]] : [],
  ),
)
