export async function backlog(_bytes: number) {
  return { bytes: 0, readyMs: 0, acceptedMs: 0 };
}
