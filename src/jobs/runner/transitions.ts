/** Where a job is in the hands of one worker. */
export type JobState = 'claimed' | 'running' | 'stopping' | 'lost' | 'settling' | 'released' | 'queued' | 'left'

/** An event of a job in a worker's hands. */
export type Happening =
  | 'found open'
  | 'found to be stopped'
  | 'found over'
  | 'stop asked for'
  | 'claim lost'
  | 'crashed in a used thread'
  | 'thread ended'
  | 'settled'
  | 'store failed'
  | 'worker stops'

/**
 * The states of a job in the hands of one worker, from its claim on, and where each happening leads. Other pairs change
 * nothing: a stop of a job that is over, the end of a thread whose job has been left.
 */
export const transitions: Readonly<Record<JobState, Readonly<Partial<Record<Happening, JobState>>>>> = {
  // No other worker begins it now. Another may have ended it before, or have died before it could stop it.
  claimed: { 'found open': 'running', 'found to be stopped': 'settling', 'found over': 'released' },

  // A thread does it. Where that had done another job, which may have left the fault behind, a new one tries again.
  running: {
    'thread ended': 'settling',
    'crashed in a used thread': 'running',
    'stop asked for': 'stopping',
    'claim lost': 'lost',
    'worker stops': 'left',
  },

  // Its thread is being ended, since somebody stops the job.
  stopping: {
    'thread ended': 'settling',
    'crashed in a used thread': 'settling',
    'claim lost': 'lost',
    'worker stops': 'left',
  },

  // The worker was too slow, and another has the job. Its thread is being ended; the store refuses its writes.
  lost: { 'thread ended': 'released', 'crashed in a used thread': 'released', 'worker stops': 'left' },

  // Where its thread has not written its last status, that is written now: failed, or stopped.
  settling: { settled: 'released', 'claim lost': 'lost', 'store failed': 'queued' },

  // It is over for this worker, which looks for the next.
  released: {},

  // It is in the store as before it was claimed; the next look finds it.
  queued: {},

  // It waits for another worker, which may begin it at once.
  left: {},
}
