/** A system call in what `strace -f -yy` wrote. Its place are lines of that file: their order is the order of the calls. */
export interface Call {
  readonly name: string;
  readonly began: number;
  readonly ended: number;
  /** Arguments and result as strace prints them; file descriptors with their path or connection. */
  readonly text: string;
  /** What the first file descriptor, or the path, stands for. */
  readonly target: string;
}

/** Calls that failed and those that never returned are left out. */
export function readTrace(trace: string): Call[] {
  const open = new Map<string, { name: string; began: number; text: string }>();
  const calls: Call[] = [];
  for (const [line, whole] of trace.split("\n").entries()) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(whole) ?? [];
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    const begun = /^(\w+)\((.*)$/.exec(rest);
    if (resumed) {
      const call = open.get(thread);
      open.delete(thread);
      if (call) keep({ ...call, text: call.text + resumed[2] }, line);
    } else if (begun) {
      const call = { name: begun[1] ?? "", began: line, text: begun[2] ?? "" };
      if (call.text.endsWith("<unfinished ...>")) open.set(thread, call);
      else keep(call, line);
    }
  }
  return calls.sort((a, b) => a.began - b.began);

  function keep(call: { name: string; began: number; text: string }, ended: number): void {
    if (/ = -1 E\w+/.test(call.text.slice(-200))) return;
    const target = /^\d+<(.*?)>(?:,|\)| <unf)/.exec(call.text)?.[1] ?? /^"([^"]*)"/.exec(call.text)?.[1] ?? "";
    calls.push({ ...call, ended, target });
  }
}
