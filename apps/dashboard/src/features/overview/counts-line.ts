/** The overview's one line of counts. What is zero is left out, except what runs: that it is nothing matters. */
export interface OverviewCounts {
  readonly running: number;
  readonly queued: number;
  readonly failed: number;
  readonly finished: number;
  readonly agentsOnline: number;
}

export const countsLine = (counts: OverviewCounts): string => {
  const some = (count: number, word: string): string[] =>
    count > 0 ? [`${count.toLocaleString('en-US')} ${word}`] : [];
  const agents = counts.agentsOnline === 1 ? '1 agent online' : `${counts.agentsOnline} agents online`;
  return [
    `${counts.running} running`,
    ...some(counts.queued, 'queued'),
    ...some(counts.failed, 'failed'),
    ...some(counts.finished, 'finished'),
    counts.agentsOnline === 0 ? 'no agent online' : agents,
  ].join(' · ');
};
