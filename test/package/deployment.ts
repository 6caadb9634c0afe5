import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'

export type Environment = Readonly<Record<string, string>>

/** A container that runs the program, as a file for Docker Compose or Kubernetes describes it. */
export interface Container {
  readonly command: string
  readonly env: Environment
  /** The paths that probes ask, of Kubernetes alone. */
  readonly probes: readonly string[]
}

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly image: string; readonly command?: readonly string[]; readonly environment: Environment }>
  >
}

interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: { readonly key: string } }
}

interface Probe {
  readonly httpGet: { readonly path: string }
}

interface Deployment {
  readonly kind: string
  readonly data?: Environment
  readonly spec: {
    readonly replicas: number
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[]
          readonly envFrom: readonly { readonly configMapRef?: object; readonly secretRef?: object }[]
          readonly env: readonly Variable[]
          readonly startupProbe?: Probe
          readonly livenessProbe?: Probe
          readonly readinessProbe?: Probe
        }[]
      }
    }
  }
}

/** The containers of the program in a file for Docker Compose, with the variables of `.env` in it. */
export async function readCompose(path: string, variables: Environment): Promise<readonly Container[]> {
  const [{ services }] = (await readYaml(path)) as readonly [Compose]
  const insert = (text: string) =>
    text.replaceAll(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, name, otherwise) => variables[name] ?? otherwise)
  return Object.values(services)
    .filter(({ image }) => image === 'personalite')
    .map(({ command = ['serve'], environment }) => ({
      command: command.join(' '),
      env: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, insert(String(value))])),
      probes: [],
    }))
}

/** The containers of the manifests for Kubernetes, one for each replica, with the values of their secret. */
export async function readManifests(paths: readonly string[], secret: Environment): Promise<readonly Container[]> {
  const objects = (await Promise.all(paths.map(readYaml))).flat() as readonly Deployment[]
  const settings = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {}
  return objects
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ spec: { replicas, template } }) => Array(replicas).fill(template.spec.containers[0]!))
    .map(({ args, env, envFrom, ...container }: Deployment['spec']['template']['spec']['containers'][0]) => {
      const sources = envFrom.map(({ configMapRef, secretRef }) => ({
        ...(configMapRef && settings),
        ...(secretRef && secret),
      }))
      const own = env.map(({ name, value, valueFrom }) => [name, value ?? secret[valueFrom!.secretKeyRef.key]!])
      const { startupProbe, livenessProbe, readinessProbe } = container
      return {
        command: args.join(' '),
        env: { ...Object.assign({}, ...sources), ...Object.fromEntries(own) },
        probes: [startupProbe, livenessProbe, readinessProbe].flatMap(probe => probe?.httpGet.path ?? []),
      }
    })
}

async function readYaml(path: string): Promise<readonly unknown[]> {
  const text = await readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
  return parseAllDocuments(text, { merge: true }).map(document => document.toJS())
}
