import type { Person } from '../../local/sample-day/people.ts';
import {
  americanTime,
  type Dice,
  type Fields,
  inEnvelope,
  minuteMs,
  utcTime,
} from '../../local/sample-day/records.ts';
import { type Moment, moment, times, whileAtWork } from './moment.ts';
import { admins, staff } from './people.ts';
import { mobileOf } from './places.ts';

/** Entra finds a few people a little risky, and they prove themselves. One is an administrator on a train. */
export const risks = (dice: Dice): Moment[] =>
  [...times(14, () => dice.pick(staff)), admins.jonas].flatMap((who) => ofOne(dice, who));

function ofOne(dice: Dice, who: Person): Moment[] {
  const at = whileAtWork(dice, who.site);
  const person = { userDisplayName: who.name, userPrincipalName: who.upn };
  const detail = 'userPassedMFADrivenByRiskBasedPolicy';
  const type = dice.pick(['unfamiliarFeatures', 'unlikelyTravel', 'anonymizedIPAddress']);
  const state = (riskState: string, riskLevel: string, riskDetail: string) => (when: number) =>
    risk(dice, 'RiskyUsers', when, {
      ...{ id: who.id, ...person, riskState, riskLevel, riskDetail },
      riskLastUpdatedDateTime: utcTime(when),
      ...{ isDeleted: false, isProcessing: false },
    });
  const found = (when: number) =>
    risk(dice, 'UserRiskEvents', when, {
      ...{ id: dice.guid().replaceAll('-', ''), requestId: dice.guid(), userId: who.id, ...person },
      ...{ riskType: type, riskEventType: type, riskState: 'remediated', riskLevel: 'low' },
      ...{ detectionTimingType: 'realtime', riskDetail: detail, ipAddress: mobileOf(who, when).ip },
      ...{ activityDateTime: utcTime(when), detectedDateTime: utcTime(when) },
    });
  return [
    moment(at, state('atRisk', 'low', 'none')),
    moment(at + minuteMs, found),
    moment(at + 2 * minuteMs, state(dice.pick(['remediated', 'dismissed']), 'none', detail)),
  ];
}

const risk = (dice: Dice, category: string, at: number, properties: Fields) =>
  inEnvelope(dice, {
    ...{ category, at, properties, correlationId: dice.guid(), time: americanTime },
    operationName: category === 'RiskyUsers' ? 'Risky user' : 'User Risk Detection',
  });
