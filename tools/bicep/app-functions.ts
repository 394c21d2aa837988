import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Project } from './project.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('functions/*.ts', { cwd: root });
const shared = globSync('shared/**/*.ts', { cwd: root });

/** The registrations of the functions, all in one text. */
export const functionSources = (project: Project): string =>
  files.map((file) => project.text(file) ?? '').join('\n');

/** All code that runs in Azure, in one text. */
export const appSources = (project: Project): string =>
  [...files, ...shared].map((file) => project.text(file) ?? '').join('\n');
