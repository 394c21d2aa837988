/**
 * How far it reaches. `stops`: nothing can run. `blinds`: all runs, but no log comes in. `hurts`: a part
 * does not do what it was set to. `none`: worth a look.
 */
export type Harm = 'stops' | 'blinds' | 'hurts' | 'none';

/** One thing that is wrong with the settings. */
export type Fault = {
  /** Of the setting. */
  name: string;
  /** What was found, in kind, and what is allowed; never the value of a secret. */
  says: string;
  harm: Harm;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export const faultInWords = ({ name, says }: Fault): string => `${name}: ${says}`;

/** A connection string where the app has an identity: it works, and somebody may find it. */
export const keyInAzure = (name: string, instead: string): Fault => ({
  name,
  says: `found a key in a setting; better in Azure: ${instead}, reached by identity`,
  harm: 'none',
});
