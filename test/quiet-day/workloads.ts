import type { Workload } from '../../local/sample-day/people.ts';
import type { Dice, LogRecord } from '../../local/sample-day/records.ts';
import { workloadSignIn } from '../../local/sample-day/sign-ins.ts';
import { every, type Moment, moment, sometime, times } from './moment.ts';
import { managedIdentities, programs, services } from './people.ts';

/** Where the agents of the pipeline run: another machine of one provider each time. */
const agents = times(12, (n) => `198.18.251.${n + 1}`);

/** The asn is that of the cloud that they run in, which the builder leaves out. */
export function inCloud({ exportedAt, fields }: LogRecord, more: object = {}): LogRecord {
  const properties = { ...(fields.properties as object), autonomousSystemNumber: 64_900, ...more };
  return { exportedAt, fields: { ...fields, properties } };
}

export const workloadDay: readonly [number, (dice: Dice) => Moment[]][] = [
  [12, (dice) => service(dice, dice.pick(services))],
  [9, (dice) => service(dice, dice.pick(managedIdentities))],
];

const service = (dice: Dice, who: Workload): Moment[] => [
  moment(sometime(dice), (at) => {
    // Its secret has ended, and nobody looks.
    const isForgotten = who === services[7];
    return inCloud(
      workloadSignIn(dice, who, at),
      isForgotten
        ? {
            status: {
              errorCode: 7_000_222,
              failureReason: 'The provided client secret keys are expired.',
            },
          }
        : {},
    );
  }),
];

/** Programs that hold a role: one from the house, one from wherever its agent runs today. */
export const privileged = (dice: Dice): Moment[] => [
  ...every(dice, 10, (at) => inCloud(workloadSignIn(dice, programs.hr, at))),
  ...every(dice, 15, (at) => agentSignIn(dice, at)),
];

export const agentSignIn = (dice: Dice, at: number): LogRecord => {
  const address = dice.pick(agents);
  return inCloud(workloadSignIn(dice, { ...programs.pipeline, address }, at));
};
