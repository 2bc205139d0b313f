/** The length of a row's figure beside the longest; what it says stands in the row as a number. */
export function Bar({ share, kind = "bar" }: { share: number; kind?: string }) {
  const width = `${Math.max(0, Math.min(100, Math.round(share * 1_000) / 10))}%`;
  return (
    <svg class={kind} aria-hidden="true">
      <rect width={width} height="100%" />
    </svg>
  );
}
