// What Sphinx's search page lacks: words of several terms, all required; the beginnings of names;
// the order of search_order.py; and the sentence that has the words.
(() => {
  "use strict";
  /** @type {string[]} */
  let roots = [];
  const patterns = () => roots.map((root) => wordPattern([root]));
  const english = (/** @type {string} */ word) => [[new Stemmer().stemWord(word)]];
  const termsOf = typeof queryTerms === "undefined" ? english : queryTerms;
  // A file may not read other files: then there are no sentences.
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";

  Search._parseQuery = (query) => {
    const words = splitQuery(query.normalize("NFC").toLowerCase()).filter(
      (word) => !stopwords.has(word) && !/^\d+$/.test(word),
    );
    roots = words.map((word) => (/[가-힣]/.test(word) ? word : termsOf(word)[0][0]));
    // The page that is opened marks the words: see search_box.js.
    DOCUMENTATION_OPTIONS.LINK_SUFFIX = `.html?highlight=${encodeURIComponent(roots.join(" "))}`;
    Search.status.setAttribute("role", "status");
    // Sphinx looks for headings letter by letter: one of these words only is what it gets.
    const [heading] = Object.keys(Search._index.alltitles)
      .filter((it) => patterns().every((word) => word.test(it)))
      .filter((it) => !it.replace(wordPattern(roots), "").trim())
      .sort((a, b) => a.length - b.length);
    return [heading ?? words.join(" "), words.flatMap(termsOf), [], [], new Set(words)];
  };

  Search.performTermsSearch = (terms) => {
    const { docnames, titles, filenames, titleterms, terms: others } = Search._index;
    const pagesWith = (/** @type {(term: string) => boolean} */ fits) =>
      [titleterms, others].flatMap((map) =>
        Object.keys(map).flatMap((term) => (fits(term) ? map[term] : [])),
      );
    // Below those that have it for a heading or a name.
    const scores = titles.map(() => 14);
    let pages = terms.length ? [...titles.keys()] : [];
    for (const forms of terms) {
      let found = pagesWith((term) => forms.includes(term));
      // A word that is not written to its end finds those that begin with it.
      if (!found.length && forms[0].length > 2)
        found = pagesWith((term) => term.startsWith(forms[0]));
      pages = pages.filter((page) => found.includes(page));
      for (const page of pages)
        scores[page] -= (10 * found.indexOf(page)) / found.length / terms.length;
    }
    return pages.map((page) => {
      const [name, title] = [docnames[page], titles[page]];
      return [name, title, "", null, scores[page], filenames[page], "text"];
    });
  };

  // It is large, and of use only for a query.
  if (location.search) Search.loadIndex("searchindex.js");

  const inNames = Search.performObjectSearch;
  Search.performObjectSearch = (word, words) =>
    inNames(word, words).flatMap(([page, name, anchor, kind, score, ...rest]) => {
      const parts = name.toLowerCase().split(/[._]/);
      if (!parts.some((part) => part.startsWith(word))) return [];
      if ([...words].every((each) => parts.includes(each))) score += 10;
      // The function before the class of the same name.
      if (name.endsWith(word)) score += 1;
      // Without a description apart, it gets a sentence too.
      return [[page, `${name} (${kind})`, anchor, null, score, ...rest]];
    });

  Search.makeSearchSummary = (html, _terms, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const aside of page.querySelectorAll(".headerlink, annotation, svg")) aside.remove();
    const place = page.getElementById(anchor.slice(1))?.closest("section, dl") ?? page;
    // Prose before code and headings; what has the most words, and of these the first.
    const sentences = ["article p, article li, article td", "pre, dt, h1, h2, h3"]
      .flatMap((blocks) => [...place.querySelectorAll(blocks)])
      .flatMap(({ tagName, textContent }) =>
        (textContent ?? "").split(tagName === "PRE" ? "\n" : /(?<=[.?!])\s+/),
      );
    const counts = sentences.map((text) => patterns().filter((word) => word.test(text)).length);
    // What a name or a term means stands first below it.
    const first = place instanceof HTMLDListElement && place.querySelector("dd p")?.textContent;
    const sentence = first || (sentences[counts.indexOf(Math.max(...counts))] ?? "");
    const at = sentence.search(wordPattern(roots));
    const start = at > 60 ? sentence.lastIndexOf(" ", at - 30) + 1 : 0;
    const summary = document.createElement("p");
    summary.className = "context";
    summary.textContent = start ? `… ${sentence.slice(start)}` : sentence;
    markWords(summary, roots);
    return summary;
  };
})();
