/** How the long steps tell a person where they stand. The library passes these on; the command line draws them. */
export interface Progress {
  /** `read`: rows of Lucca; `plan`: people judged; `apply`: operations done; `wait`: the quota makes us wait. */
  step: 'read' | 'wait' | 'plan' | 'apply';
  /** What is being done, in words, without personal data. */
  label: string;
  done: number;
  /** Null when not known yet. */
  total: number | null;
}

export type OnProgress = (progress: Progress) => void;
