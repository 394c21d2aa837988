import { createInterface } from 'node:readline/promises';
import type { Terminal } from './ask.ts';

/** Lines that are pasted at once are answers too: each waits for its question. */
export function openTerminal(): { terminal: Terminal; close(): void } {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const typed: string[] = [];
  let isOver = false;
  let wake = () => {};
  lines.on('line', (line) => {
    typed.push(line);
    wake();
  });
  lines.on('close', () => {
    isOver = true;
    wake();
  });
  // Ctrl-C ends it as the end of the input does: nothing is written yet.
  lines.on('SIGINT', () => {
    process.stdout.write('\n');
    lines.close();
  });
  return {
    terminal: {
      async ask(prompt) {
        if (!isOver) {
          lines.setPrompt(prompt);
          lines.prompt();
        }
        while (typed.length === 0 && !isOver) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return typed.shift();
      },
      say: (line) => void process.stdout.write(`${line}\n`),
    },
    close: () => lines.close(),
  };
}
