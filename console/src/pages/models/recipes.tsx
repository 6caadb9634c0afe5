import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Cards from '@cloudscape-design/components/cards'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Recipe } from '../../../../src/recipes/recipe.ts'
import { useSession } from '../../session/session.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { usesOf } from './recipe-uses.ts'

/** The recipes that a dataset group may use, by what they are for. */
export function Recipes({ group }: { readonly group: DatasetGroup }) {
  return (
    <SpaceBetween size="xl">
      {group.domain && <Uses group={group} domain={group.domain} title={`Use cases of the domain ${group.domain}`} />}
      <Uses
        group={group}
        domain={undefined}
        title={group.domain ? 'Recipes for solutions, in any dataset group' : 'Recipes'}
      />
    </SpaceBetween>
  )
}

interface UsesProps {
  readonly group: DatasetGroup
  readonly domain: string | undefined
  readonly title: string
}

function Uses({ group, domain, title }: UsesProps) {
  return (
    <SpaceBetween size="m">
      <Header variant="h2">{title}</Header>
      {usesOf(domain).map(use => (
        <SpaceBetween key={use.title} size="xs">
          <Header variant="h3" description={use.purpose}>
            {use.title}
          </Header>
          <Cards
            ariaLabels={{ itemSelectionLabel: (_, { name }) => name, selectionGroupLabel: use.title }}
            items={use.recipes}
            trackBy="name"
            cardsPerRow={[{ cards: 1 }, { minWidth: 700, cards: 2 }, { minWidth: 1100, cards: 3 }]}
            cardDefinition={{
              header: ({ name }) => <Box variant="h4">{name}</Box>,
              sections: [
                { id: 'description', content: ({ description }) => description },
                { id: 'data', header: 'Data', content: recipe => <Data recipe={recipe} group={group} /> },
                { id: 'create', content: recipe => <Create recipe={recipe} group={group} /> },
              ],
            }}
          />
        </SpaceBetween>
      ))}
    </SpaceBetween>
  )
}

interface RecipeProps {
  readonly recipe: Recipe
  readonly group: DatasetGroup
}

function Data({ recipe: { datasets, events }, group }: RecipeProps) {
  const there = new Set(group.datasets.map(({ datasetType }) => datasetType))
  return (
    <SpaceBetween size="xxs">
      <SpaceBetween direction="horizontal" size="xxs">
        {Object.entries(datasets).map(([type, need]) => {
          const isMissing = need === 'required' && !there.has(type)
          return (
            <Badge key={type} color={isMissing ? 'red' : need === 'required' ? 'blue' : 'grey'}>
              {type} {isMissing ? 'missing' : need}
            </Badge>
          )
        })}
      </SpaceBetween>
      {events?.required && <Box variant="small">Needs events of the type {events.required}.</Box>}
      {events?.recommended && <Box variant="small">Best with {events.recommended.join(' and ')} events.</Box>}
    </SpaceBetween>
  )
}

function Create({ recipe, group }: RecipeProps) {
  const { may } = useSession()
  const noun = recipe.domain ? 'recommender' : 'solution'
  if (!may(recipe.domain ? 'personalize:CreateRecommender' : 'personalize:CreateSolution')) return null
  return (
    <Button href={`#/models/${group.name}/recipes/${recipe.name}`} ariaLabel={`Create a ${noun} of ${recipe.name}`}>
      Create a {noun}
    </Button>
  )
}
