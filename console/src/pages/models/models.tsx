import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import Tabs from '@cloudscape-design/components/tabs'
import { useLocation, useParams } from 'wouter'
import { GroupChoice, useDatasetGroup } from '../../shared/group-choice.tsx'
import { Campaigns } from './campaigns.tsx'
import { EventTrackers } from './event-trackers.tsx'
import { Recipes } from './recipes.tsx'
import { Recommenders } from './recommenders.tsx'
import { Solutions } from './solutions.tsx'

const pathFor = (group: string) => `/models/${group}`

/** The models of a dataset group: what may be trained, what was, what answers, and where events come in. */
export default function Models() {
  const { group: name, tab } = useParams<{ group?: string; tab?: string }>()
  const group = useDatasetGroup(name)
  const [, navigate] = useLocation()
  const hasDomain = group?.domain !== undefined
  const tabs = [
    ...(hasDomain
      ? [{ id: 'recommenders', label: 'Recommenders', content: group && <Recommenders group={group} /> }]
      : []),
    { id: 'solutions', label: 'Solutions', content: group && <Solutions group={group} /> },
    { id: 'campaigns', label: 'Campaigns', content: group && <Campaigns group={group} /> },
    { id: 'event-trackers', label: 'Event trackers', content: group && <EventTrackers group={group} /> },
    {
      id: 'recipes',
      label: hasDomain ? 'Use cases and recipes' : 'Recipes',
      content: group && <Recipes group={group} />,
    },
  ]
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Train models on your data, compare their versions, and let the best one answer."
          actions={<GroupChoice group={name} pathFor={pathFor} />}
        >
          Models
        </Header>
      }
    >
      {group && (
        <Tabs
          ariaLabel="Models"
          tabs={tabs}
          activeTabId={tabs.find(({ id }) => id === tab)?.id ?? tabs[0]!.id}
          onChange={({ detail }) => navigate(`${pathFor(group.name)}/${detail.activeTabId}`)}
        />
      )}
    </ContentLayout>
  )
}
