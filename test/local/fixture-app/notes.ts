import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Writes down what a function saw where the test can read it, from whichever process it ran in. */
export async function note(seen: object): Promise<void> {
  await appendFile(notesFile(), `${JSON.stringify(seen)}\n`);
}

/** Whether the test keeps a file beside the notes. */
export function isHeld(): boolean {
  return existsSync(`${notesFile()}.hold`);
}

export async function untilReleased(): Promise<void> {
  while (isHeld()) await delay(10);
}

function notesFile(): string {
  return process.env.NOTES_FILE ?? '';
}
