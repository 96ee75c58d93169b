'use client';
/** The text half of the builder: a plain text area with line numbers, wrong lines marked, problems listed below. */
import { useRef } from 'react';
import { type BuilderProblem, sayProblem } from './check-definition.ts';
import styles from './sweep-builder.module.css';

const lineHeight = 18;
const usualLines = 26;

const selectLine = (area: HTMLTextAreaElement, line: number): void => {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = Math.max(0, (line - 4) * lineHeight);
};

interface YamlPaneProps {
  readonly text: string;
  readonly problems: readonly BuilderProblem[];
  readonly warnings: readonly BuilderProblem[];
  /** How many lines high it is at least. */
  readonly fewestLines?: number;
  readonly onText: (text: string) => void;
}

export const YamlPane = (props: YamlPaneProps) => {
  const { text, problems, warnings, fewestLines = usualLines, onText } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = text.split('\n').length;
  const wrong = new Set(problems.map((problem) => problem.line));
  const height = Math.max(fewestLines, Math.min(lines + 1, 40)) * lineHeight + 16;
  return (
    <div className={styles.yaml}>
      <div className={styles.editor} style={{ height }}>
        <div ref={gutter} className={styles.gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => (
            <span key={i} data-wrong={wrong.has(i + 1)}>
              {i + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={area}
          className={styles.area}
          aria-label="Definition as YAML"
          aria-invalid={problems.length > 0}
          aria-describedby="definition-problems"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          value={text}
          onChange={(event) => onText(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      <ul id="definition-problems" className={styles.problems} aria-live="polite">
        {problems.map((problem, i) => (
          <li key={`${problem.path}-${i}`}>
            {problem.line !== null && (
              <button
                type="button"
                onClick={() => area.current && selectLine(area.current, problem.line ?? 1)}
              >
                line {problem.line}
              </button>
            )}{' '}
            {problem.path !== '' && <code>{problem.path}</code>} {sayProblem(problem)}
          </li>
        ))}
        {warnings.map((warning, i) => (
          <li key={`${warning.path}-${i}`} data-kind="warning">
            {warning.path !== '' && <code>{warning.path}</code>} {sayProblem(warning)}
          </li>
        ))}
      </ul>
    </div>
  );
};
