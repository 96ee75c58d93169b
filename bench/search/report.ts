/**
 * `npx tsx bench/search/report.ts`: writes the measured part of docs/search.md, and its curves into docs/images, from
 * ours.recorded.json, which is the last line of `npm run bench -- search --json --curves`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { reportFiles, resultFile } from './report.files.ts';

for (const { file, content } of reportFiles(readFileSync(resultFile, 'utf8'))) {
  writeFileSync(file, content);
  console.log(file.pathname);
}
