import ProgressBar from '@cloudscape-design/components/progress-bar'
import { isUnderWay, type JobProgress, percentOf } from '../../shared/server.ts'
import { Status } from '../../shared/status.tsx'

interface Props {
  /** The name of the training, for a screen reader. */
  readonly of: string
  readonly status: string | undefined
  readonly progress: JobProgress | undefined
  readonly failureReason?: string | undefined
}

/** The status of a training: its step and how far it is, or why it failed. */
export function TrainingStatus({ of, status, progress, failureReason }: Props) {
  return (
    <>
      <Status status={status} />
      {failureReason && <div>{failureReason}</div>}
      {isUnderWay(status) && progress?.rowsTotal && (
        <ProgressBar
          ariaLabel={`Training of ${of}`}
          value={percentOf(progress)!}
          additionalInfo={`${progress.phase}: ${progress.rows} of ${progress.rowsTotal}`}
        />
      )}
    </>
  )
}
