import { Dialog } from '../design/dialog.tsx';
import { places } from './places.ts';
import styles from './shortcut-list.module.css';

const others: readonly (readonly [string, string])[] = [
  ['Ctrl K or /', 'search runs and sweeps'],
  ['← →', 'one step back or on, in samples and large pictures'],
  ['Space', 'open a picture large, close it again'],
  ['Esc', 'close what is open'],
  ['drag, double click', 'zoom into a chart, and out again'],
  ['?', 'this list'],
];

export const ShortcutList = ({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) => (
  <Dialog opened={opened} onClose={onClose} label="Keyboard shortcuts">
    <h2>Keyboard shortcuts</h2>
    <dl className={styles.list}>
      {places.map((place) => (
        <div key={place.href}>
          <dt>
            <kbd>g</kbd> <kbd>{place.key}</kbd>
          </dt>
          <dd>go to {place.name}</dd>
        </div>
      ))}
      {others.map(([keys, what]) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  </Dialog>
);
