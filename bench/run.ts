/** `npm run bench`, or one of them: `npm run bench -- --only pipeline`. */
import { parseArgs } from 'node:util';
import { benchColdStart } from './cold-start.ts';
import { benchCost } from './cost.ts';
import { benchForward } from './forward.ts';
import { benchHubToCard } from './hub-to-card.ts';
import { benchPipeline } from './pipeline.ts';
import { benchQuietDay } from './quiet-day.ts';
import { benchRefresh } from './refresh.ts';
import { benchReplayMemory } from './replay-memory.ts';

const benches = new Map([
  ['pipeline', benchPipeline],
  ['hub-to-card', benchHubToCard],
  ['replay-memory', benchReplayMemory],
  ['quiet-day', benchQuietDay],
  ['refresh', benchRefresh],
  ['forward', benchForward],
  ['cold-start', benchColdStart],
  ['cost', benchCost],
]);

const { only } = parseArgs({ options: { only: { type: 'string' } }, strict: true }).values;
if (only !== undefined && !benches.has(only)) {
  throw new Error(`--only "${only}"; allowed: ${[...benches.keys()].join(', ')}`);
}
for (const [name, bench] of benches) if (only === undefined || only === name) await bench();
