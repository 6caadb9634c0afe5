import BarChart from '@cloudscape-design/components/bar-chart'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import { type BlendOfUsers, modelsOf, modelText, usersText } from './blend-texts.ts'

interface Props {
  readonly blend: readonly BlendOfUsers[] | undefined
  /** Chooses the model whose blend is shown. */
  readonly choice?: ReactNode
}

/** Which models of a blend answer which users, and how much each counts. */
export function Blend({ blend, choice }: Props) {
  const [hasProperties, setHasProperties] = useState(true)
  if (!blend?.length) return null
  const isSplit = blend.some(one => one.hasProperties !== undefined)
  const shown = isSplit ? blend.filter(one => one.hasProperties === hasProperties) : blend
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Several simple models answer together. How much each counts depends on how much is known of the user."
          actions={choice}
        >
          Blend
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isSplit && (
          <SegmentedControl
            label="Users"
            selectedId={hasProperties ? 'known' : 'unknown'}
            options={[
              { id: 'known', text: 'With known properties' },
              { id: 'unknown', text: 'Without properties' },
            ]}
            onChange={({ detail }) => setHasProperties(detail.selectedId === 'known')}
          />
        )}
        <Weights blend={shown} />
      </SpaceBetween>
    </Container>
  )
}

function Weights({ blend }: { readonly blend: readonly BlendOfUsers[] }) {
  const models = modelsOf(blend)
  const columns: TableProps.ColumnDefinition<string>[] = [
    {
      id: 'model',
      header: 'Model',
      cell: name => (
        <>
          {name}
          <Box variant="small" display="block">
            {modelText(name)}
          </Box>
        </>
      ),
      isRowHeader: true,
    },
    ...blend.map(one => ({
      id: usersText(one),
      header: usersText(one),
      cell: (name: string) => (one.weights[name] ? percent(one.weights[name]) : '–'),
    })),
  ]
  const contexts = blend.filter(({ contextWeight }) => contextWeight > 0)
  return (
    <SpaceBetween size="m">
      <BarChart
        ariaLabel="Weights of the models, by the number of events of a user"
        height={260}
        hideFilter
        stackedBars
        xScaleType="categorical"
        xDomain={blend.map(usersText)}
        yDomain={[0, 1]}
        yTickFormatter={percent}
        series={models.map(name => ({
          title: name,
          type: 'bar',
          data: blend.map(one => ({ x: usersText(one), y: one.weights[name] ?? 0 })),
          valueFormatter: percent,
        }))}
      />
      <Table variant="embedded" columnDefinitions={columns} items={models} wrapLines />
      {contexts.length > 0 && (
        <Box>
          Beside them the context of a request, such as the device, counts {contexts.at(-1)!.contextWeight} for users
          with {usersText(contexts.at(-1)!).toLowerCase()}.
        </Box>
      )}
    </SpaceBetween>
  )
}

const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`
