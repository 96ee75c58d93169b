/** What a sweep can train, as the form offers it, and the metrics that each is ranked by. */
import { isBuiltIn, type Trainer, trainers } from '@plumage/contract';

const labels: Readonly<Record<Trainer, string>> = {
  'gan-cls': 'GAN (gan-cls)',
  'text-encoder': 'text encoder',
  'style-encoder': 'style encoder',
  command: 'a program of yours',
};

const about: Readonly<Record<Trainer, string>> = {
  'gan-cls': 'Draws pictures from captions.',
  'text-encoder': 'Learns from pictures and captions what a caption means; a GAN can name it.',
  'style-encoder': 'Learns the style of pictures from a trained generator, which it names.',
  command: 'The text beside says which: command, or program.',
};

const metrics: Readonly<Record<Trainer, readonly string[]>> = {
  'gan-cls': [
    'eval/r_precision',
    'eval/r_precision_unseen',
    'eval/kid',
    'eval/diversity',
    'g/loss',
    'd/loss',
  ],
  'text-encoder': ['eval/zero_shot_accuracy', 'eval/precision_at_50', 'train/loss'],
  'style-encoder': ['eval/style_auc_background', 'eval/noise_error', 'train/loss'],
  command: [],
};

const isTrainer = (name: string): name is Trainer => trainers.some((trainer) => trainer === name);

export const trainerChoices = trainers.map((value) => ({ value, label: labels[value] }));

export const aboutTrainer = (trainer: string): string => (isTrainer(trainer) ? about[trainer] : '');

/** Metrics to choose from; nothing is known of a program's. */
export const metricsOf = (trainer: string): readonly string[] => (isTrainer(trainer) ? metrics[trainer] : []);

/** What a person calls a run of the trainer. */
export const sayTrainer = (trainer: string): string => {
  if (trainer === 'gan-cls') return 'GAN';
  return isBuiltIn(trainer) ? labels[trainer] : 'program';
};
