/** What has to be undone, in the order in which it was done. */
export type Undo = (() => Promise<void>)[];

/** Starts something made of parts, and undoes all of it where a part cannot start. */
export async function startWhole<T>(start: (undo: Undo) => Promise<T>): Promise<T & { stop(): Promise<void> }> {
  const undo: Undo = [];
  const stop = async () => {
    // Last in, first out: what others rest on ends after them.
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return { ...(await start(undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
