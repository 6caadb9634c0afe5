import { StopSolutionVersionCreationCommand } from '@aws-sdk/client-personalize'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Recipe } from '../../../../../src/recipes/recipe.ts'
import { useSession } from '../../../session/session.ts'
import { Ago } from '../../../shared/ago.tsx'
import type { DatasetGroup } from '../../../shared/dataset-groups.ts'
import { useWrite } from '../../../shared/queries.ts'
import { isUnderWay, nameIn } from '../../../shared/server.ts'
import { AskButton } from '../ask-button.tsx'
import { CampaignForm } from '../campaign-form.tsx'
import { CopyArn } from '../copy-arn.tsx'
import { TrainingStatus } from '../progress.tsx'
import { useTrainings, type Version } from '../reads.ts'
import { ResourceTable } from '../resource-table.tsx'

interface Props {
  readonly group: DatasetGroup
  readonly solutionArn: string
  readonly read: UseQueryResult<readonly Version[]>
  readonly recipe: Recipe | undefined
}

/** The versions of a solution, the newest first: how far their training is, and how good they are. */
export function Versions({ group, solutionArn, read, recipe }: Props) {
  const { may } = useSession()
  const isAnyTrained = read.data?.some(({ status }) => isUnderWay(status)) ?? false
  const { data: trainings } = useTrainings(group.datasetGroupArn, isAnyTrained)
  const [deployed, setDeployed] = useState<string>()
  const deploys = may('personalize:CreateCampaign') && recipe?.recipeType !== 'USER_SEGMENTATION'
  const columns: TableProps.ColumnDefinition<Version>[] = [
    {
      id: 'version',
      header: 'Version',
      cell: ({ name, solutionVersionArn: arn }) => (
        <>
          {nameIn(arn!)} <CopyArn of={`the version ${nameIn(arn!)}`} text={arn} />
          {name && !name.includes('/') && <Box variant="small">{name}</Box>}
        </>
      ),
      isRowHeader: true,
    },
    {
      id: 'status',
      header: 'Status',
      minWidth: 130,
      cell: ({ solutionVersionArn: arn, status, failureReason }) => (
        <TrainingStatus
          of={nameIn(arn!)}
          status={status}
          progress={trainings?.get(arn!)}
          failureReason={failureReason}
        />
      ),
    },
    { id: 'created', header: 'Created', cell: ({ creationDateTime }) => <Ago time={creationDateTime} /> },
    { id: 'took', header: 'Took', cell: ({ trainingHours }) => took(trainingHours) },
    { id: 'by', header: 'Started', cell: one => (one.trainingType === 'AUTOMATIC' ? 'by schedule' : 'by hand') },
    {
      id: 'actions',
      header: 'Actions',
      cell: version => (
        <SpaceBetween direction="horizontal" size="s">
          {isUnderWay(version.status) && <Stop version={version} />}
          {version.status === 'ACTIVE' && deploys && (
            <Button
              variant="inline-link"
              ariaLabel={`Create a campaign of ${nameIn(version.solutionVersionArn!)}`}
              onClick={() => setDeployed(version.solutionVersionArn)}
            >
              Create a campaign
            </Button>
          )}
        </SpaceBetween>
      ),
    },
  ]
  return (
    <>
      <ResourceTable
        title="Versions"
        description="Each training makes one, of the data of its moment."
        noun="versions"
        read={read}
        columns={columns}
        trackBy="solutionVersionArn"
        empty={{ text: 'Nothing was trained yet. Train a version, or wait for the schedule.' }}
      />
      {deployed && (
        <CampaignForm
          group={group}
          solutionArn={solutionArn}
          versionArn={deployed}
          close={() => setDeployed(undefined)}
        />
      )}
    </>
  )
}

/** The hours of a training, in the unit that suits. */
function took(hours: number | undefined): string {
  if (hours === undefined) return '–'
  const seconds = hours * 3600
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${hours.toFixed(1)} h`
}

function Stop({ version: { solutionVersionArn, status } }: { readonly version: Version }) {
  const { may } = useSession()
  const id = nameIn(solutionVersionArn!)
  const stop = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new StopSolutionVersionCreationCommand({ solutionVersionArn })),
    () => `The training of ${id} is being stopped.`,
  )
  if (status === 'CREATE STOPPING' || !may('personalize:StopSolutionVersionCreation')) return null
  return (
    <AskButton what={`training of ${id}`} verb="Stop" run={() => stop.mutateAsync(undefined)}>
      It cannot go on afterwards. Another version can be trained from the beginning.
    </AskButton>
  )
}
