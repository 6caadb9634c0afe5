import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useSession } from '../../session/session.ts'
import { Failure } from '../../shared/failure.tsx'
import { ROWS, rowsText } from '../../shared/rows.ts'
import { type Outcome, type Plan, type Progress, runImport } from './run.ts'

interface Props {
  readonly plan: Plan
  /** Goes back to the wizard, where it failed or was stopped. */
  onBack(): void
}

/** Why the work ends where the person goes to another page. */
const LEFT = new Error('The page was left')

/** Carries a plan out, with its progress. A job goes on at the server, on a page of its own. */
export function Running({ plan, onBack }: Props) {
  const { api } = useSession()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [progress, setProgress] = useState<Progress>({ doing: 'Reading the file' })
  const [failure, setFailure] = useState<unknown>()
  const [outcome, setOutcome] = useState<Outcome>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => {
    const controller = new AbortController()
    stop.current = controller
    const { signal } = controller
    const run = async () => {
      // A development build mounts it twice: the first time it is left at once.
      await Promise.resolve()
      if (signal.aborted) return
      try {
        const ended = await runImport(api, plan, setProgress, signal)
        await client.invalidateQueries()
        if (ended.jobName) navigate(`/import/${plan.group.name}/job/${ended.jobName}`)
        else setOutcome(ended)
      } catch (error) {
        if (signal.reason !== LEFT) setFailure(error)
        await client.invalidateQueries()
      }
    }
    void run()
    return () => controller.abort(LEFT)
  }, [api, client, navigate, plan])
  if (failure !== undefined) {
    return (
      <SpaceBetween size="m">
        <Failure error={failure} />
        <Button onClick={onBack}>Back to the import</Button>
      </SpaceBetween>
    )
  }
  if (outcome) return <Put plan={plan} outcome={outcome} />
  return (
    <Container header={<Header variant="h2">Importing {plan.source.name}</Header>}>
      <SpaceBetween size="m">
        {progress.share === undefined ? (
          <SpaceBetween size="xs" direction="horizontal">
            <Spinner /> {progress.doing}
          </SpaceBetween>
        ) : (
          <ProgressBar value={100 * progress.share} label={progress.doing} />
        )}
        <Button onClick={() => stop.current?.abort(new Error('You stopped it. Rows that came before are there.'))}>
          Stop
        </Button>
      </SpaceBetween>
    </Container>
  )
}

function Put({
  plan: { group, type },
  outcome: { put = 0, refused = 0, faults = [] },
}: {
  plan: Plan
  outcome: Outcome
}) {
  return (
    <SpaceBetween size="m">
      <Alert
        type={refused > 0 ? 'warning' : 'success'}
        header={`${rowsText(put)} ${put === 1 ? 'is' : 'are'} there`}
        action={<Button href={`#/data/${group.name}/${ROWS[type].path}`}>Show them</Button>}
      >
        {refused > 0 && `${rowsText(refused)} ${refused === 1 ? 'was' : 'were'} refused. ${faults.join(' ')}`}
      </Alert>
    </SpaceBetween>
  )
}
