import Tabs from '@cloudscape-design/components/tabs'
import { useLocation, useParams } from 'wouter'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { Campaigns } from './campaigns.tsx'
import { EventTrackers } from './event-trackers.tsx'
import { Recipes } from './recipes.tsx'
import { Recommenders } from './recommenders.tsx'
import { Solutions } from './solutions.tsx'

/** The models of a dataset group: what may be trained, what was, what answers, and where events come in. */
export default function Models() {
  const { tab } = useParams<{ tab?: string }>()
  const group = usePageGroup()
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
    <GroupPage
      title="Models"
      description="Train models on your data, compare their versions, and let the best one answer."
      base="/models"
    >
      {group && (
        <Tabs
          ariaLabel="Models"
          tabs={tabs}
          activeTabId={tabs.find(({ id }) => id === tab)?.id ?? tabs[0]!.id}
          onChange={({ detail }) => navigate(`/models/${encodeURIComponent(group.name)}/${detail.activeTabId}`)}
        />
      )}
    </GroupPage>
  )
}
