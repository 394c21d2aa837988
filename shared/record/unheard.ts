import { unanswered } from '../respond/answering.ts';
import type { Routing } from '../route/routing.ts';
import type { RecordDeps } from './record-findings.ts';

const nobody: Routing = {
  at: async () => () => ({ tellings: [], unmuted: [], quiet: null, because: [] }),
  remember: async () => {},
};

/** Findings are recorded and told to nobody: as `replay` does, and whoever tries a detection. */
export const unheard: Pick<RecordDeps, 'outbox' | 'routing' | 'answering' | 'due' | 'feed'> = {
  outbox: { mark: async () => {}, wake: async () => {} },
  routing: nobody,
  answering: unanswered,
  due: { expect: async () => {} },
  feed: { expect: async () => {}, wake: async () => {} },
};
