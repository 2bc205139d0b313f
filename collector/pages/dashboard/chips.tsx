import { wordFor } from "./format.ts";
import type { Reader } from "./reader.ts";
import { filtersOf, hrefOf, toggled } from "./view.ts";

/** The filters that are on. Each can be turned round, and be removed. */
export function Chips({ reader }: { reader: Reader }) {
  const { words, view, library, format } = reader;
  const filters = filtersOf(view, library);
  if (filters.length === 0) return null;
  const none = Object.fromEntries(filters.map(({ key }) => [key, undefined]));
  return (
    <ul class="chips" aria-label={words.filters}>
      {filters.map(({ key, name, value }) => {
        const isNegated = key.endsWith("!");
        const label = wordFor(words.columns, name);
        const text = format.name({ name }, value);
        const other = isNegated ? name : `${name}!`;
        const turned = { ...toggled(view, key, value), [other]: [...view.params.getAll(other), value] };
        return (
          <li>
            <span>
              {label}{" "}
              <a href={hrefOf(view, turned)} data-go="" title={words.switchFilter}>
                {isNegated ? words.isNot : words.is}
              </a>{" "}
              <b>{text}</b>
            </span>
            <a class="remove" href={hrefOf(view, toggled(view, key, value))} data-go="">
              <span aria-hidden="true">×</span>
              <span class="unseen">{`${words.removeFilter}: ${label} ${text}`}</span>
            </a>
          </li>
        );
      })}
      <li class="all">
        <a href={hrefOf(view, none)} data-go="">
          {words.clearFilters}
        </a>
      </li>
    </ul>
  );
}
