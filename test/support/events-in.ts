import type { EventChunk, TrainingEvent } from '../../src/recommender/training/events.ts'

/** The events of chunks, one after the other. */
export async function eventsIn(chunks: AsyncIterable<EventChunk>): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = []
  for await (const chunk of chunks)
    for (const [user, userId] of chunk.users.entries())
      for (let event = chunk.offsets[user]!; event < chunk.offsets[user + 1]!; event++) {
        const value = chunk.values[event]!
        events.push({
          userId,
          itemId: chunk.itemIds[chunk.items[event]!]!,
          timestampMs: chunk.times[event]!,
          eventType: chunk.eventTypes[chunk.types[event]!]!,
          eventValue: Number.isNaN(value) ? null : value,
          details: chunk.details.at(event),
          repeated: chunk.repeated[event] === 1,
        })
      }
  return events
}
