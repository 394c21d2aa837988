import { measure } from './cost/measure.ts';
import { tellMeasured, tellMonth, tellPrices, tellTimers } from './cost/tell.ts';

const records = 40_000;

/**
 * What a month costs: counts of one run on embedded storage, times what docs/cost.md assumes, times a
 * table of prices that is not live. `COST_RECORDS_PER_USER` says how many records a user makes in a day.
 */
export async function benchCost(): Promise<void> {
  const measured = await measure(records);
  tellMeasured(measured);
  tellTimers(measured);
  tellMonth(measured);
  tellPrices();
}
