/** A part of the page: one report, or several of which one is chosen. */
export interface Panel {
  readonly id: string;
  readonly reports: readonly [string, ...string[]];
  readonly width: "whole" | "half" | "third";
}

/** In the order in which they are read, and asked for. */
export const panels: readonly Panel[] = [
  { id: "overview", reports: ["overview"], width: "whole" },
  { id: "timeseries", reports: ["timeseries"], width: "whole" },
  { id: "pages", reports: ["pages", "entry-pages", "exit-pages"], width: "half" },
  { id: "sources", reports: ["channels", "sources", "campaigns"], width: "half" },
  { id: "countries", reports: ["countries", "languages"], width: "third" },
  { id: "devices", reports: ["devices", "browsers", "systems", "screens"], width: "third" },
  { id: "clicks", reports: ["contacts", "clicks"], width: "third" },
  { id: "services", reports: ["services"], width: "half" },
  { id: "funnel", reports: ["funnel"], width: "half" },
  { id: "consent", reports: ["consent", "refusals"], width: "half" },
  { id: "retention", reports: ["retention", "returning"], width: "half" },
  { id: "live", reports: ["live-pages"], width: "half" },
  { id: "quality", reports: ["quality", "intake", "redactions", "bots"], width: "half" },
];

/** The report of a panel that is chosen in an address. */
export const chosen = ({ id, reports }: Panel, params: URLSearchParams): string =>
  reports.find((report) => report === params.get(`tab.${id}`)) ?? reports[0];

/** The filter that a row of a report stands for, and the column that holds its value. */
const rows: Readonly<Record<string, readonly (readonly [column: string, filter: string])[]>> = {
  pages: [["path", "page"]],
  "entry-pages": [["path", "entry"]],
  "exit-pages": [["path", "exit"]],
  "live-pages": [["path", "page"]],
  sources: [["source", "source"]],
  channels: [["channel", "channel"]],
  campaigns: [
    ["source", "source"],
    ["campaign", "campaign"],
  ],
  countries: [["country", "country"]],
  languages: [["lang", "lang"]],
  devices: [["device", "device"]],
  browsers: [["browser", "browser"]],
  systems: [["os", "os"]],
  screens: [["screen", "screen"]],
  clicks: [
    ["kind", "kind"],
    ["label", "label"],
  ],
  contacts: [["kind", "kind"]],
  services: [["service", "service"]],
};

export const filterOf = (report: string, column: string): string | undefined =>
  rows[report]?.find(([name]) => name === column)?.[1];
