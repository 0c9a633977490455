// What the scripts of Sphinx and the search's own data define, for the types of the site's scripts.

/** docname, title, anchor, description, score, file name, kind */
type SearchResult = [string, string, string, string | null, number, string, string];

type SearchPages = Record<string, number | number[]>;

interface SearchIndex {
  docnames: string[];
  titles: string[];
  filenames: string[];
  terms: SearchPages;
  titleterms: SearchPages;
  alltitles: Record<string, [number, string | null][]>;
}

declare const Search: {
  _index: SearchIndex;
  status: HTMLElement;
  loadIndex(address: string): void;
  _parseQuery(query: string): [string, string[][], never[], never[], Set<string>];
  performTermsSearch(terms: string[][]): SearchResult[];
  performObjectSearch(word: string, words: Set<string>): SearchResult[];
  makeSearchSummary(html: string, terms: string[][], anchor: string): HTMLElement;
};

declare const DOCUMENTATION_OPTIONS: { LINK_SUFFIX: string; SHOW_SEARCH_SUMMARY: boolean };
declare const stopwords: Set<string>;
declare const Stemmer: new () => { stemWord(word: string): string };
declare var splitQuery: (query: string) => string[];
declare var queryTerms: (word: string) => string[][];
