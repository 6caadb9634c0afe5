/**
 * `npm run test:any-day [-- --all] [-- FILE …]` runs tests under other clocks: each file by itself at each of the
 * moments below, where the clock goes on from there. Without a file it runs those that depend on time, and with `--all`
 * every test. Needs `faketime` (apt-get install faketime, brew install libfaketime). ANY_DAY=2028-02 chooses the
 * moments that begin so.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The time at which each file begins, and the time zone of the machine, by default UTC. */
const MOMENTS: readonly (readonly [time: string, zone?: string])[] = [
  ['2024-02-29T23:59:55Z'],
  ['2025-12-31T23:59:55Z'],
  ['2026-01-01T00:00:00Z'],
  ['2026-11-29T12:00:00Z'],
  ['2026-11-30T23:59:56Z'],
  ['2026-12-06T08:00:00Z'],
  ['2026-12-24T18:00:00Z', 'Asia/Kolkata'],
  ['2026-12-31T23:59:57Z'],
  ['2027-01-01T00:00:00Z'],
  ['2027-01-09T17:30:00Z', 'Pacific/Auckland'],
  ['2027-01-31T23:59:58Z'],
  ['2027-02-28T23:59:55Z'],
  ['2027-03-01T00:00:00Z', 'America/Los_Angeles'],
  // Clocks are set forward an hour, and back.
  ['2027-03-14T06:59:57Z', 'America/New_York'],
  ['2027-03-28T00:59:57Z', 'Europe/Berlin'],
  ['2027-04-30T23:59:59Z'],
  ['2027-05-17T04:00:00Z', 'Pacific/Kiritimati'],
  ['2027-06-30T23:59:55Z'],
  ['2027-08-08T08:08:08Z', 'Pacific/Pago_Pago'],
  ['2027-10-31T00:59:57Z', 'Europe/Berlin'],
  ['2027-11-07T05:59:57Z', 'America/New_York'],
  ['2027-12-31T23:59:55Z'],
  ['2028-02-28T23:59:57Z'],
  ['2028-02-29T12:00:00Z'],
  ['2028-02-29T23:59:57Z'],
  ['2028-12-31T23:59:59Z'],
  ['2030-01-31T12:00:00Z'],
  ['2032-02-29T00:00:00Z'],
  // The seconds since 1970 reach 2,000,000,000, and exceed 31 bits.
  ['2033-05-18T03:33:15Z'],
  ['2038-01-19T03:14:05Z'],
]

/** The tests that depend on time: on the day, on the age of events, on signatures, on the age of files. */
const DEPEND_ON_TIME = [
  'src/audit/rotating-file.test.ts',
  'src/inspect/metrics.test.ts',
  'src/jobs/{import/attribution-report,batch/inference,batch/segment}.test.ts',
  'src/operations/events/put-events.test.ts',
  'src/operations/recommendations/*.test.ts',
  'src/operations/recommenders/retraining.test.ts',
  'src/operations/solution-versions/automatic-training.test.ts',
  'src/recommender/model-files/{artifacts,files}.test.ts',
  'src/recommender/request/clamp-times.test.ts',
  'src/wire/aws/{api,authenticate,authenticate.clients,personalize,sigv4}.test.ts',
  'src/wire/http/plain-requests.test.ts',
  'test/{audit,cli,insights,models-place,quickstart,recommenders,training}.test.ts',
  'test/clients/{boto3,notebooks,programs}.test.ts',
]

const root = fileURLToPath(new URL('..', import.meta.url))
const given = process.argv.slice(2)
const patterns = given.includes('--all') ? ['{src,test}/**/*.test.ts'] : given.length > 0 ? given : DEPEND_ON_TIME
const files = globSync(patterns, { cwd: root }).sort()
const moments = MOMENTS.filter(([time]) => time.startsWith(process.env.ANY_DAY ?? ''))
let failed = 0
for (const [time, zone = 'UTC'] of moments) {
  const failures = files.flatMap(file => failureOf(file, time, zone))
  failed += failures.length
  console.log(`${time} ${zone}: ${files.length - failures.length} of ${files.length} files pass`)
  for (const failure of failures) console.log(failure)
}
if (files.length === 0 || moments.length === 0) throw new Error('there is nothing to run: no such file, or no such day')
process.exitCode = failed > 0 ? 1 : 0

/**
 * Runs a test file from this time on. Returns its output, or nothing if it passes. Timers and durations stay those of
 * the machine.
 */
function failureOf(file: string, time: string, zone: string): readonly string[] {
  const offset = Math.round((Date.parse(time) - Date.now()) / 1000)
  const clock = ['-m', '--exclude-monotonic', '-f', `${offset < 0 ? '' : '+'}${offset}s`]
  const { status, stdout, error } = spawnSync('faketime', [...clock, process.execPath, '--test', file], {
    cwd: root,
    // Built programs are left out: those of Go read the time of the machine.
    env: { ...process.env, TZ: zone, PERSONALITE_CLIENTS: '' },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error) throw new Error(`faketime is needed, apt-get install faketime: ${error.message}`)
  return status === 0 ? [] : [`-- ${file}\n${stdout.slice(stdout.indexOf('✖ failing tests'))}`]
}
