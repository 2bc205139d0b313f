/** Put before a collector with `--import`: a bug that nothing catches, when it is asked for. */
process.on("SIGUSR2", () => {
  const bug = new RangeError("the row of someone@example.com\n    at someone (/someone:1:2)");
  if (process.env.BUG_AS === "rejection") Promise.reject(bug);
  else throw bug;
});
