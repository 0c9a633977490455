// The words of a query, and what finds them in the index: see korean_search.py, which fills in what
// is quoted. Sphinx puts this into language_data.js.
var splitQuery = (/** @type {string} */ query) => {
  const stem = new RegExp("STEM of korean_search.py");
  const empty = new RegExp("EMPTY of korean_search.py");
  const words = query.match(/[가-힣]+|(?:(?![가-힣])[\p{L}\p{N}_])+/gu) ?? [];
  const telling = words.filter((word) => !empty.test(word));
  return (telling.length ? telling : words).map((word) => stem.exec(word)?.[1] ?? word);
};
// All of these are required, each in one of its forms: as a pair, or with a space between.
var queryTerms = (/** @type {string} */ word) =>
  /^[가-힣]{2}/.test(word)
    ? Array.from({ length: word.length - 1 }, (_, at) => {
        const pair = word.slice(at, at + 2);
        return word.length > 2 ? [pair, `${pair[0]} ${pair[1]}`] : [pair];
      })
    : [[word]];
