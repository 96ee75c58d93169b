/** Says how a training goes: each phase, the start, then one line every ten seconds, however fast the steps come. */
import type { ChildMessage } from './child.message.ts';
import type { EventLog } from './event.log.ts';

const everyMs = 10_000;

const part = (label: string, value: number | null, digits: number, unit = ''): string[] =>
  value === null ? [] : [`${label}${value.toFixed(digits)}${unit}`];

export const createProgressTeller = (log: EventLog, now: () => number) => {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (message: ChildMessage, totalSteps: number | null): void => {
    switch (message.type) {
      case 'total':
        return log.say(`its program will take ${message.steps} steps`);
      case 'usage':
        return;
      case 'ended':
        // The verdict comes after the delivery, which may have to wait for the server: a fault is said now.
        if (message.outcome === 'failed') log.say(`the training has ended: ${message.message}`, 'error');
        return;
      case 'phase':
        return log.say(message.text);
      case 'ready':
        return log.say(
          `training on ${message.backend} from step ${message.startStep} to ${message.totalSteps}`,
        );
      case 'progress': {
        if (now() - saidAt < everyMs) return;
        saidAt = now();
        const losses = Object.entries(message.losses)
          .flatMap(([name, value]) => part(`${name} `, value, 2))
          .join(' ');
        const parts = [
          `step ${message.step}${totalSteps === null ? '' : `/${totalSteps}`}`,
          ...part('', message.imagesPerSecond, 0, ' images/s'),
          ...(losses === '' ? [] : [losses]),
        ];
        return log.say(parts.join(' · '));
      }
    }
  };
};
