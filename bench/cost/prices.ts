/** When this table was put together; none of it was asked of the live price list. */
export const pricesAsOf = '2026-11-21';

type Price = { usd: number; per: string; origin: string };

const infracost = 'test data of infracost, undated';
const unread = 'known to the authors, not read anywhere: check it first';

/** US dollars in a common region, pay as you go. A month has 730 hours where an hour has a price. */
export const prices = {
  throughputUnit: {
    usd: 21.9,
    per: 'unit and month, Standard',
    origin: `${infracost}: 0.03 an hour`,
  },
  ingress: { usd: 0.03, per: 'million units of 64 KB, Standard', origin: infracost },
  gbSecond: { usd: 0.000026, per: 'GB-second on demand', origin: 'modal.com, 22 May 2025' },
  execution: { usd: 0.4, per: 'million executions', origin: unread },
  readyIdle: { usd: 0.000004, per: 'GB-second of an always ready instance', origin: unread },
  tableOperation: { usd: 0.00036, per: '10,000 operations', origin: unread },
  queueOperation: { usd: 0.004, per: '10,000 operations', origin: infracost },
  blobWrite: { usd: 0.055, per: '10,000 writes and lists, hot, LRS', origin: infracost },
  blobRead: { usd: 0.0044, per: '10,000 readings and others, hot', origin: unread },
  tableData: { usd: 0.045, per: 'GB and month, LRS', origin: unread },
  logs: {
    usd: 2.99,
    per: 'GB taken in, Log Analytics',
    origin: `${infracost}; 2.30 in a blog of 2020`,
  },
  keptLogs: { usd: 0.1, per: 'GB and month after the first 31 days', origin: unread },
  logAlarm: { usd: 1.5, per: 'rule and month, looked at every 5 minutes', origin: unread },
  metricAlarm: { usd: 0.1, per: 'metric and month', origin: unread },
  sentinel: { usd: 5.5, per: 'GB, with Log Analytics', origin: 'an article of 2025: 4 to 5.50' },
} as const satisfies Record<string, Price>;

/** What a subscription has free each month, on demand alone. */
export const grants = { gbSeconds: 100_000, executions: 250_000, origin: unread };
