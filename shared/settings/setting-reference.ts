/** Where a setting counts. */
export type Place = 'Azure' | '`func start`' | '`npm start`' | 'the command line' | '`azd`';

/** What is told of a setting. */
export type SettingReference = {
  name: string;
  /** One or two sentences. */
  means: string;
  /** Left out where the forms tell it. */
  allowed?: string;
  /** What holds without it. */
  without: string;
  counts: readonly Place[];
  isSecret?: true;
  /** Its value in local.settings.example.json, where it stands for `func start`. */
  example?: string;
};

export type SettingGroup = {
  title: string;
  /** Who reads them, and what else they have in common. */
  says: string;
  settings: readonly SettingReference[];
};
