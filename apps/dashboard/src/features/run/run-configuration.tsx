import { Facts } from '../../design/facts.tsx';
import { Section } from '../../design/page-head.tsx';
import { assignmentOf } from '../runs/assignment-columns.ts';
import { sayConfigValue } from './config-value.ts';
import type { Run } from './run.page.tsx';

/** The full configuration; what the sweep chose for this run stands first and bold. */
export const RunConfiguration = ({ run }: { readonly run: Run }) => {
  const assignment = assignmentOf(run.assignment);
  const config = assignmentOf(run.config);
  const chosen = Object.keys(assignment).sort();
  const others = Object.keys(config)
    .filter((key) => !(key in assignment))
    .sort();
  const facts: [string, string | null][] = [
    ['code version', run.codeVersion],
    ['dataset digest', run.datasetDigest?.slice(0, 12) ?? null],
    ['text encoder', run.encoderHash?.slice(0, 12) ?? null],
  ];
  return (
    <Section title="Configuration" aside={`${chosen.length} chosen by the sweep`}>
      <Facts
        rows={[
          ...chosen.map(
            (key) => [key, <b key={key}>{sayConfigValue(config[key] ?? assignment[key])}</b>] as const,
          ),
          ...others.map((key) => [key, sayConfigValue(config[key])] as const),
          ...facts,
        ]}
      />
    </Section>
  );
};
