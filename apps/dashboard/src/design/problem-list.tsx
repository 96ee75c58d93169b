/** What the server found wrong, or odd, place by place: the path, what is wrong there, what would be right. */
import styles from './notice.module.css';

export interface PlacedProblem {
  readonly path: string;
  readonly message: string;
  readonly expected: string;
}

export const ProblemList = (props: {
  readonly problems: readonly PlacedProblem[];
  readonly kind?: 'problem' | 'warning';
}) =>
  props.problems.length > 0 && (
    <ul className={styles.problems} data-kind={props.kind ?? 'problem'} role="alert">
      {props.problems.map(({ path, message, expected }) => (
        <li key={`${path} ${message}`}>
          {path !== '' && <code>{path}</code>} {message}
          {expected !== '' && expected !== message && `; expected ${expected}`}
        </li>
      ))}
    </ul>
  );
