import { useSearchParams } from "wouter";

/** A search whose text is in the address, so that it can be shared and survives a reload. */
export function useSearch(label: string) {
  const [search, setSearch] = useSearchParams();
  const text = search.get("search") ?? "";
  const field = (
    <div className="filters">
      <input
        className="input"
        type="search"
        aria-label={label}
        placeholder={label}
        defaultValue={text}
        onChange={({ target }) => {
          const value = target.value.trim();
          setSearch(value ? { search: value } : {}, { replace: true });
        }}
      />
    </div>
  );
  return { text, field };
}
