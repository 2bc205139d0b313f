/** Questions over a channel, whose answers come under their number. */
export interface Calls<Answer> {
  /** `undefined` when no answer came in time: who was asked may have died. */
  ask(send: (id: number) => void, withinMs: number): Promise<Answer | undefined>;
  answered(id: number, answer: Answer): void;
}

export function createCalls<Answer>(): Calls<Answer> {
  const waiting = new Map<number, (answer: Answer | undefined) => void>();
  let last = 0;
  return {
    ask(send, withinMs) {
      last += 1;
      const id = last;
      return new Promise((resolve) => {
        const settle = (answer: Answer | undefined) => {
          clearTimeout(late);
          waiting.delete(id);
          resolve(answer);
        };
        const late = setTimeout(settle, withinMs, undefined);
        waiting.set(id, settle);
        send(id);
      });
    },
    answered: (id, answer) => waiting.get(id)?.(answer),
  };
}
