/**
 * A training program as W&B's users have them, in Node: options as `--name=value`, a metric after each epoch. Its
 * loss falls towards how far its options are from good ones.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const options = Object.fromEntries(
  process.argv.slice(2).map((argument) => /^--([^=]+)=(.*)$/.exec(argument)?.slice(1) ?? [argument, 'True']),
);
const lr = Number(options.lr);
const epochs = Number(options.epochs);
const distance = Math.abs(Math.log10(lr) + 2) + (options['optimizer.name'] === 'sgd' ? 0.5 : 0);
for (let epoch = 1; epoch <= epochs; epoch++) {
  const loss = distance + 1 / epoch;
  await sleep(Number(options.epoch_ms ?? 1));
  writeSync(3, `${JSON.stringify({ step: epoch, metrics: { val_loss: loss, accuracy: 1 / (1 + loss) } })}\n`);
}
