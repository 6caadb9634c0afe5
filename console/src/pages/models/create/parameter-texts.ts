/** The effect of each parameter of a recipe, for people who have not read its page of the guide. */
export const PARAMETER_TEXTS: Readonly<Record<string, string>> = {
  apply_recency_bias: 'Whether what users did last counts more than what they did long ago.',
  hidden_dimension: 'Of the network of the service. The models here have no network, and ignore it.',
  bptt: 'The number of a user’s last events that are looked at. Fewer forget sooner.',
  recency_mask: 'Of the network of the service. The models here have no network, and ignore it.',
  min_user_history_length_percentile: 'Users with shorter histories than this share of users are left out of training.',
  max_user_history_length_percentile:
    'Users with longer histories than this share of users are left out: robots, mostly.',
  min_item_interaction_count_percentile: 'Items with fewer events than this share of items are left out of training.',
  max_item_interaction_count_percentile: 'Items with more events than this share of items are left out of training.',
  popularity_discount_factor: 'How much popular items are held back: 0 not at all, 1 fully.',
  min_cointeraction_count: 'Two items go together only if this many users had both.',
  item_id_hidden_dim: 'Of the network of the service. The models here have no network, and ignore it.',
  item_metadata_hidden_dim: 'Of the network of the service. The models here have no network, and ignore it.',
  trend_discovery_frequency: 'The interval over which the growth of interactions is measured.',
  action_optimization_period: 'The days within which a user is to take an action.',
  trainOn:
    'How many of the newest events training takes at most. Where these would leave users with too little, it takes more time and fewer users.',
  explorationWeight: 'The share of exploration: 0 shows what is known to suit, 1 mostly items with few events.',
  explorationItemAgeCutOff: 'Items are explored until this many days after their first event or their creation.',
  cold_start_max_interactions: 'An item with fewer events than this is new.',
  cold_start_max_duration: 'The number of days for which an item is new.',
  cold_start_relative_from: 'The moment from which these days count back.',
}
