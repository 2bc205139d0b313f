"use client";

import { type Razi, start } from "razi";
import { useEffect, useState } from "react";
import { ConsentDialog } from "./consent-dialog.tsx";

/**
 * Importing the SDK on the server does nothing. In the browser it starts in an effect, after hydration, so that the server
 * and the browser first render the same: nothing. To start again, as React's strict mode does, is the same start.
 */
export function Analytics() {
  const [razi, setRazi] = useState<Razi>();
  useEffect(() => setRazi(start({ site: "demo", collector: "http://localhost:8787" })), []);
  return razi && <ConsentDialog consent={razi.consent} />;
}
