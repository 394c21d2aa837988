import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a sink has received: in memory, and in a file of the folder, to be there again after a restart. */
export function sinkJournal<T>(folder: string | undefined, name: string) {
  const file = folder && join(folder, `${name}.jsonl`);
  if (folder) mkdirSync(folder, { recursive: true });
  const items: T[] = file && existsSync(file) ? read(file) : [];
  return {
    items: items as readonly T[],
    keep(item: T) {
      items.push(item);
      if (file) appendFileSync(file, `${JSON.stringify(item)}\n`);
    },
  };
}

function read<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
