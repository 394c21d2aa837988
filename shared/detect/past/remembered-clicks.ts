import { hourOf } from '../../time.ts';
import type { Match } from '../detection.ts';
import { groupsOf } from './change-history.ts';

type Row = { at: number; recordId: string; correlationId: string | null };

/**
 * The rows of one click, as they are remembered: told as `oneClick` tells the row at hand, so that a
 * finding is the same whichever record comes last.
 */
export const clicksIn = <T extends Row>(rows: readonly T[]) =>
  groupsOf(rows, ({ correlationId, recordId }) => correlationId ?? recordId).map(
    ({ key, first, all }) => ({
      key,
      first,
      all,
      told: {
        at: first.at,
        recordIds: all.map(({ recordId }) => recordId),
        gathered: { hours: [...new Set(all.map(({ at }) => hourOf(at)))] },
      } satisfies Partial<Match>,
    }),
  );
