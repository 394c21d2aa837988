import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command line, in a process of its own. */
export function glasswatch(
  ...args: string[]
): Promise<{ exit: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { PATH: process.env.PATH } };
    execFile(process.execPath, ['cli/glasswatch.js', ...args], options, (error, stdout, stderr) =>
      resolve({ exit: error?.code ?? 0, stdout, stderr }),
    );
  });
}
