/** The capabilities of a target while they are being refined by its answers. */
import type { Capabilities } from './capabilities.js';
import { createFilterTrial, type FilterTrial } from './filter-trial.js';
import { heed, type Lesson } from './lessons.js';

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

export interface Learner {
  /** As they are known by now. */
  readonly capabilities: Capabilities;
  /** What was learned on the way. */
  readonly lessons: readonly Lesson[];
  learn(lesson: WithoutTime<Lesson>): void;
  /** What the filters have shown so far. */
  readonly filters: FilterTrial;
}

export function createLearner(known: Capabilities, now: () => string): Learner {
  let capabilities = known;
  const lessons: Lesson[] = [];
  const learner: Learner = {
    lessons,
    get capabilities() {
      return capabilities;
    },
    learn(finding) {
      const lesson: Lesson = { ...finding, at: now() };
      capabilities = heed(capabilities, lesson);
      lessons.push(lesson);
    },
    filters: createFilterTrial((lesson) => learner.learn(lesson)),
  };
  return learner;
}
