/** Where to send, as the runner says it in the environment. */
export const url = __ENV.RAZI_URL ?? "http://localhost:8787";

export interface Site {
  readonly id: string;
  readonly origin: string;
}

/** `id=origin`, several with spaces between. */
export const sites: readonly Site[] = (__ENV.RAZI_SITES ?? "demo=http://localhost:8788").split(" ").map((pair) => {
  const [id = "", origin = ""] = pair.split("=");
  return { id, origin };
});

/** Batches a second. */
export const rate = (usual: number): number => Number(__ENV.RAZI_RATE ?? usual);

/** In seconds. */
export const seconds = (usual: number): number => Number(__ENV.RAZI_SECONDS ?? usual);
