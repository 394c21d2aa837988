import { line, strict } from '../../policy/fields.ts';
import { defineSink, taken } from '../sink.ts';

export default defineSink({
  type: 'file',
  settings: strict({
    path: line(1000, 'a path').describe('The file, from the root of the app.'),
  }).meta({
    description: 'Lines in a file of this machine: for trying things out, not for Azure.',
  }),
  formats: ['native', 'ocsf', 'ecs', 'cef', 'sentinel'],
  limits: { maxEvents: 1_000, maxBytes: 1_000_000, baseBytes: 0, bytesEach: 1 },
  // Two writers at once would mix their lines.
  width: 1,
  describe: ({ path }) => `the file ${path}`,

  open: ({ path }, { append }) => ({
    pack: ({ line }) => line,
    async send(batch) {
      await append(path, batch.map(({ text }) => `${text}\n`).join(''));
      return batch.map(() => taken);
    },
    close: async () => {},
  }),
});
