/** What a sweep may use of hours and accelerator-hours, and has used. */
import { formatValue } from '@plumage/charts';
import { Progress } from '../../../design/progress.tsx';
import type { Sweep } from '../sweep.page.tsx';
import styles from './edit.module.css';

export const BudgetBars = ({ budget }: { readonly budget: Sweep['budget'] }) => {
  const bars = [
    { name: 'hours by the clock', used: budget.usedHours, limit: budget.hours },
    { name: 'accelerator-hours', used: budget.usedAcceleratorHours, limit: budget.acceleratorHours },
  ];
  if (bars.every(({ limit }) => limit === null)) return null;
  return (
    <div className={styles.budget}>
      {bars.map(
        ({ name, used, limit }) =>
          limit !== null && (
            <div key={name}>
              <p>
                <span>{name}</span>
                <span>
                  {formatValue(used, 3)} of {formatValue(limit, 4)}
                </span>
              </p>
              <Progress value={used} total={limit} label={`Budget of ${name}`} />
            </div>
          ),
      )}
    </div>
  );
};
