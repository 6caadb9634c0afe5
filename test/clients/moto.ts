import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '#test/eventually.ts'
import { freePort } from '#test/free-port.ts'

export interface Moto extends AsyncDisposable {
  readonly endpoint: string
}

/** The reason why the tests with moto are skipped; false if it is installed, or required. */
export function skipWithoutMoto(): string | false {
  const isInstalled = spawnSync('python3', ['-c', 'import moto.server']).status === 0
  return !isInstalled && process.env.PERSONALITE_REQUIRE_CLIENTS !== '1' && 'moto is not installed'
}

/** Starts moto's S3, IAM and STS, which test/clients/requirements.txt installs. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const moto = spawn('python3', ['-m', 'moto.server', '-p', String(port)], { stdio: 'ignore' })
  const stopped = once(moto, 'exit')
  const isThere = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    )
  await eventually('moto', async () => moto.exitCode !== null || isThere())
  if (moto.exitCode !== null) return startMoto() // another program has taken the port since
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      moto.kill()
      await stopped
    },
  }
}
