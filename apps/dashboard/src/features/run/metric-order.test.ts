import { describe, expect, it } from 'vitest';
import { orderMetrics, usualMetrics } from './metric-order.ts';

describe('orderMetrics', () => {
  it('puts the objective first, then the losses, evaluations, the rest, and the speed last', () => {
    const keys = [
      'images_per_second',
      'd/real',
      'eval/kid',
      'd/loss',
      'eval/r_precision',
      'g/loss',
      'd/loss',
    ];
    expect(orderMetrics(keys, 'eval/r_precision')).toEqual([
      'eval/r_precision',
      'g/loss',
      'd/loss',
      'eval/kid',
      'd/real',
      'images_per_second',
    ]);
  });

  it("puts an encoder's loss and accuracies before what they are compared with", () => {
    const keys = [
      'eval/instance_accuracy',
      'eval/zero_shot_chance',
      'lr',
      'eval/zero_shot_accuracy_train',
      'eval/zero_shot_accuracy',
      'train/accuracy_text',
      'train/loss',
    ];
    expect(orderMetrics(keys, null)).toEqual([
      'train/loss',
      'eval/zero_shot_accuracy',
      'eval/instance_accuracy',
      'eval/zero_shot_accuracy_train',
      'eval/zero_shot_chance',
      'train/accuracy_text',
      'lr',
    ]);
  });
});

describe('usualMetrics', () => {
  it("are the network's losses for the trainer that has them, and nothing made up for a program", () => {
    expect(usualMetrics('gan-cls', 'eval/kid').slice(0, 3)).toEqual(['eval/kid', 'g/loss', 'd/loss']);
    expect(usualMetrics('text-encoder', null)[0]).toBe('train/loss');
    expect(usualMetrics('command', 'accuracy')).toEqual(['accuracy']);
    expect(usualMetrics('command', null)).toEqual([]);
  });
});
