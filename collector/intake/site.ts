/** What intake has to know of a site. */
export interface SiteRules {
  readonly id: string;
  /** Blocks without which no event is kept. */
  readonly needs: readonly string[];
  /** Hash of the meaning of the policy in force. */
  readonly policyHash: string;
  readonly retentionMs: number;
  /** Whether the titles of pages are kept, after they were looked through like any text. */
  readonly titles: boolean;
  /** Hosts that are the site itself, lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly urls: UrlRules;
}

export interface UrlRules {
  /** Query keys that may be kept. */
  readonly query: ReadonlySet<string>;
  /** Route templates such as `/products/:sku`, tried in order. */
  readonly routes: readonly RouteTemplate[];
  /** Pages that yield no event at all. */
  readonly sensitive: readonly RouteTemplate[];
}

export interface RouteTemplate {
  readonly template: string;
  /** Its segments; a segment that begins with `:` stands for any one, a last `*` for all that follow. */
  readonly segments: readonly string[];
}

export function routeTemplate(template: string): RouteTemplate {
  return { template, segments: template.split("/").filter((segment) => segment !== "") };
}

export function matchesRoute(route: RouteTemplate, path: readonly string[]): boolean {
  const { segments } = route;
  const open = segments.at(-1) === "*";
  if (open ? path.length < segments.length - 1 : path.length !== segments.length) return false;
  return segments.every((segment, i) => segment === "*" || segment.startsWith(":") || segment === path[i]);
}
