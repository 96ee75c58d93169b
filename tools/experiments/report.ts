/** `npx tsx tools/experiments/report.ts`: writes the measured parts of docs/experiments.md and README.md from recorded.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { recordFile, reportFiles } from './report.files.ts';

for (const { file, content } of reportFiles(readFileSync(recordFile, 'utf8'))) {
  writeFileSync(file, content);
  console.log(file.pathname);
}
