/** The real file system, with calls that fail as a full, broken or vanished disk makes them fail. */
import { type FileSystem, nodeFileSystem } from '../../src/store/files.js';

/** Says whether the call with this number (from 0) fails, and with which system code. */
export type Fault = (call: number, name: string) => string | undefined;

export interface FailingDisk {
  files: FileSystem;
  /** Calls made so far. */
  calls(): number;
}

export function failingDisk(fault: Fault): FailingDisk {
  let calls = 0;
  const check = (name: string): void => {
    const code = fault(calls, name);
    calls += 1;
    if (code) throw Object.assign(new Error(`${code}: ${name}`), { code });
  };
  const wrap = <T extends object>(target: T, prefix: string): T =>
    new Proxy(target, {
      get(_, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return async (...parameters: unknown[]) => {
          const name = `${prefix}${String(key)}`;
          try {
            check(name);
          } catch (error) {
            // What really happens: a part of the data arrives, and a close closes whatever it reports.
            const [data] = parameters;
            if (name.endsWith('File') && prefix !== '' && typeof data === 'string') {
              await method.call(target, data.slice(0, data.length / 2));
            }
            if (name === 'handle.close') await method.call(target);
            throw error;
          }
          const result: unknown = await method.apply(target, parameters);
          return key === 'open' ? wrap(result as object, 'handle.') : result;
        };
      },
    });
  return { files: wrap(nodeFileSystem, ''), calls: () => calls };
}
