/** What can be wrong with a mapping file, said with the place and the way to mend it. */
import { BridgeError } from '../errors.js';

export type MappingProblemCode =
  | 'FILE_UNREADABLE'
  | 'YAML_SYNTAX'
  | 'UNKNOWN_KEY'
  | 'RESERVED_ATTRIBUTE'
  | 'WRONG_VALUE'
  | 'UNKNOWN_PATH'
  | 'UNKNOWN_TRANSFORM'
  | 'WRONG_TYPE'
  | 'BAD_TEMPLATE'
  | 'BAD_EXPRESSION'
  | 'CIRCULAR_REFERENCE';

export interface MappingProblem {
  code: MappingProblemCode;
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  message: string;
  remedy: string;
}

/** A mapping file that cannot be used; `problems` holds everything that was found, in the order of the file. */
export class MappingError extends BridgeError {
  readonly problems: readonly MappingProblem[];

  constructor(file: string, problems: readonly MappingProblem[]) {
    const lines = problems.map(
      (problem) => `  ${problem.file}:${problem.line}:${problem.column} ${problem.message} ${problem.remedy}`,
    );
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('MAPPING_INVALID', `The mapping ${file} has ${count}:\n${lines.join('\n')}`, {
      remedy: 'Correct the lines named in the message; nothing was read or written.',
      exitCode: 2,
    });
    this.problems = problems;
  }
}
