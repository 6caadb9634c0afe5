import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { searchOf } from '../../shared/search-params.ts'
import { type Target, useTargets } from '../../shared/targets.ts'

interface Props {
  readonly group: DatasetGroup
  readonly userId: string
}

const RESULTS = 12

/** The recommendations of the group's campaigns and recommenders to a user now. */
export function Recommended({ group, userId }: Props) {
  const { name } = group
  const sources = useTargets(group).data?.filter(({ status }) => status === 'ACTIVE')
  const [chosen, setChosen] = useState<string>()
  const source = sources?.find(one => one.name === chosen) ?? sources?.[0]
  return (
    <Container header={<Header variant="h2">Recommended now</Header>}>
      {sources?.length === 0 && (
        <Box color="text-body-secondary">
          There is no campaign or recommender yet. <Link href={`#/models/${name}`}>Train a model</Link>
        </Box>
      )}
      {source && (
        <SpaceBetween size="s">
          {sources!.length > 1 && (
            <Select
              ariaLabel="Campaign or recommender"
              inlineLabelText="By"
              selectedOption={{ value: source.name }}
              options={sources!.map(one => ({
                value: one.name,
                description: one.kind === 'campaign' ? 'Campaign' : 'Recommender',
              }))}
              onChange={({ detail }) => setChosen(detail.selectedOption.value)}
            />
          )}
          <Items group={name} source={source} userId={userId} />
        </SpaceBetween>
      )}
    </Container>
  )
}

function Items({
  group,
  source,
  userId,
}: {
  readonly group: string
  readonly source: Target
  readonly userId: string
}) {
  const { data, error } = useRead(['recommended', source.arn, userId], async ({ runtime }) => {
    const target = source.kind === 'campaign' ? { campaignArn: source.arn } : { recommenderArn: source.arn }
    const asked = { ...target, userId, numResults: RESULTS }
    return (await runtime.send(new GetRecommendationsCommand(asked))).itemList ?? []
  })
  // A recipe of items for an item has no answer for a user.
  if (error?.name === 'InvalidInputException') return <Box color="text-body-secondary">{error.message}</Box>
  if (error) return <Failure error={error} />
  return (
    <SpaceBetween size="s" direction="horizontal">
      {data?.map(({ itemId }) => (
        <Link key={itemId} href={`#/data/${group}/items/record${searchOf({ id: itemId })}`}>
          {itemId}
        </Link>
      ))}
    </SpaceBetween>
  )
}
