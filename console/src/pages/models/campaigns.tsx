import { type Campaign, DeleteCampaignCommand } from '@aws-sdk/client-personalize'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useSession } from '../../session/session.ts'
import { Ago } from '../../shared/ago.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { useWrite } from '../../shared/queries.ts'
import { nameIn } from '../../shared/server.ts'
import { Status } from '../../shared/status.tsx'
import { solutionOf } from './arns.ts'
import { AskButton } from './ask-button.tsx'
import { CampaignForm } from './campaign-form.tsx'
import { CopyArn } from './copy-arn.tsx'
import { useCampaigns } from './reads.ts'
import { ResourceTable } from './resource-table.tsx'

interface Props {
  readonly group: DatasetGroup
  /** Left out for the campaigns of all solutions. */
  readonly solutionArn?: string
}

/** The campaigns of a dataset group, or of one solution, with the versions that answer. */
export function Campaigns({ group, solutionArn }: Props) {
  const { may } = useSession()
  const [changed, setChanged] = useState<Campaign | 'new'>()
  const close = () => setChanged(undefined)
  const columns: TableProps.ColumnDefinition<Campaign>[] = [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name, campaignArn }) => (
        <>
          {name} <CopyArn of={`the campaign ${name}`} text={campaignArn} />
        </>
      ),
      sortingField: 'name',
      isRowHeader: true,
    },
    {
      id: 'version',
      header: 'Version that answers',
      cell: campaign => <AnsweringVersion group={group.name} campaign={campaign} />,
      sortingField: 'solutionVersionArn',
    },
    {
      id: 'status',
      header: 'Status',
      minWidth: 130,
      cell: ({ status }) => <Status status={status} />,
      sortingField: 'status',
    },
    {
      id: 'updated',
      header: 'Changed',
      cell: one => <Ago time={one.lastUpdatedDateTime} />,
      sortingField: 'lastUpdatedDateTime',
    },
    { id: 'actions', header: 'Actions', cell: campaign => <Actions campaign={campaign} change={setChanged} /> },
  ]
  const create = may('personalize:CreateCampaign') && (
    <Button onClick={() => setChanged('new')}>Create a campaign</Button>
  )
  return (
    <>
      <ResourceTable
        title="Campaigns"
        description="A campaign answers GetRecommendations with one solution version."
        noun="campaigns"
        read={useCampaigns(group.datasetGroupArn, solutionArn)}
        columns={columns}
        trackBy="campaignArn"
        actions={create}
        empty={{
          text: 'Nothing answers requests yet. Train a solution, then create a campaign of its best version.',
          action: create,
        }}
      />
      {changed && (
        <CampaignForm
          group={group}
          solutionArn={solutionArn}
          campaign={changed === 'new' ? undefined : changed}
          close={close}
        />
      )}
    </>
  )
}

function AnsweringVersion({ group, campaign }: { readonly group: string; readonly campaign: Campaign }) {
  const { solutionVersionArn, campaignConfig } = campaign
  const solution = nameIn(solutionOf(solutionVersionArn)!)
  const href = `#/models/${group}/solutions/${solution}?version=${nameIn(solutionVersionArn!)}`
  return (
    <>
      <Link href={href}>
        {solution} / {nameIn(solutionVersionArn!)}
      </Link>
      {campaignConfig?.syncWithLatestSolutionVersion && <Box variant="small">follows the latest version</Box>}
    </>
  )
}

interface ActionsProps {
  readonly campaign: Campaign
  readonly change: (campaign: Campaign) => void
}

function Actions({ campaign, change }: ActionsProps) {
  const { name, campaignArn, status } = campaign
  const { may } = useSession()
  const remove = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new DeleteCampaignCommand({ campaignArn })),
    () => `The campaign ${name} was deleted.`,
  )
  return (
    <SpaceBetween direction="horizontal" size="s">
      {may('personalize:UpdateCampaign') && (
        <Button
          variant="inline-link"
          ariaLabel={`Change the campaign ${name}`}
          disabled={status !== 'ACTIVE'}
          onClick={() => change(campaign)}
        >
          Change
        </Button>
      )}
      {may('personalize:DeleteCampaign') && (
        <AskButton verb="Delete" what={`campaign ${name}`} run={() => remove.mutateAsync(undefined)}>
          Programs that ask the campaign <b>{name}</b> get errors from then on. Its solution version stays.
        </AskButton>
      )}
    </SpaceBetween>
  )
}
