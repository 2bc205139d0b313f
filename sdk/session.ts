import { attempt } from "./attempt.ts";
import { randomId } from "./random-id.ts";

const idleMs = 30 * 60_000;

/**
 * A random id that ends after 30 minutes without activity, shared by the pages of one tab. Asked without `activeAt`,
 * as for time that has passed, it is the one that was. The second is the way to forget it.
 */
export function createSession(key: string): [(activeAt: number) => string, () => void] {
  let [id, last] = attempt(() => JSON.parse(sessionStorage[key]) as [string, number]) ?? ["", 0];

  return [
    (activeAt) => {
      if (activeAt) {
        if (activeAt - last > idleMs) id = randomId();
        last = activeAt;
        attempt(() => {
          sessionStorage[key] = JSON.stringify([id, last]);
        });
      }
      return id;
    },
    () => attempt(() => delete sessionStorage[key]),
  ];
}
